darbe_suite(lab resume DEPS verify copy tables servers mysql base
            SUITES OnMysql/CopyResume OnOldMysql/CopyResume OnMariadb/CopyResume OnMysql/CopyDisturbed
                   OnOldMysql/CopyDisturbed OnMariadb/CopyDisturbed OnMysql/CopyBuild
                   OnOldMysql/CopyBuild OnMariadb/CopyBuild CopyCommit CopyTakeover CopyPoints
                   CopyDictionaries Servers/CopyLosses TIMEOUT 400)
