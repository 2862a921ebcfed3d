// darbe-lab: RDS on one machine.
#include "lab/commands.h"

int main(int argc, char** argv) { return darbe::lab::run_command_line(argc, argv); }
