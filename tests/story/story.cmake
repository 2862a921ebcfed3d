darbe_suite(story story DEPS cli watch aws lab http replication tables mysql base
            FILES story/kills_test.cc story/faults_test.cc story/undo_states_test.cc story/undo_hard_test.cc
                  story/disk_test.cc story/everything_test.cc story/flags_test.cc story/plan_test.cc
                  story/aws_faults_test.cc story/account_test.cc story/world.cc ${PROJECT_SOURCE_DIR}/demo/writer.cc
            INCLUDES ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/demo
            RUNS darbe darbe-lab
            SUITES FaultPoints StoryMySql StoryMySql56 StoryMariaDb KillsMySql KillsMySql56 KillsMariaDb UndoStates
                   UndoStatesMySql56 UndoStatesMariaDb AwsFaults AwsFaultsMySql56 AwsFaultsMariaDb TIMEOUT 2400)
