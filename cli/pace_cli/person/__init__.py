"""`pace person …`: people kept in the library, from the first adding to the last byte erased."""
