# Words of the admin center pages.
