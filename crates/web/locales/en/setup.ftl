# Words of the product key set-up pages.
