// darbe-lab's command line.
#pragma once

namespace darbe::lab {

// Returns the exit status. Requires: called on the main thread, before any other was started.
int run_command_line(int argc, char** argv);

}  // namespace darbe::lab
