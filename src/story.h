// The run, in order: see story.cc.
#pragma once

#include "engine/step.h"

namespace darbe {

// All of one run's steps.
engine::Story make_story();

}  // namespace darbe
