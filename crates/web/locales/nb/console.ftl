# Words of the vendor console pages.
