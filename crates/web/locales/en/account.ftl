# Words of the My account pages.
