darbe_suite(lab damage DEPS verify copy tables servers mysql base FILES lab/flawed_digest.cc
            SUITES VerifySuite FlawedDigest TIMEOUT 300)
if(TARGET damage_test)
  # flawed_digest.cc stands between RowHasher::hash and its callers.
  target_link_options(damage_test PRIVATE
    "LINKER:--wrap=_ZN5darbe6tables9RowHasher4hashESt4spanIKSt8optionalISt17basic_string_viewIcSt11char_traitsIcEEELm18446744073709551615EE")
endif()
