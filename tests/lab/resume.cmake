darbe_suite(lab resume DEPS verify copy tables servers mysql base SUITES CopyResume CopyCommit TIMEOUT 300)
