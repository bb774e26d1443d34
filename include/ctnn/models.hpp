#pragma once
#include <ctnn/models/resnet.hpp>
