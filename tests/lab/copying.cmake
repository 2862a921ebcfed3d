darbe_suite(lab copying DEPS verify copy tables servers mysql base SUITES CopySuite CopyPlaces TIMEOUT 300)
