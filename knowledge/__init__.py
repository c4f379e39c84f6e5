"""The domain: typed values, Vietnamese text, deadlines, agencies, the database, search and the answer."""
