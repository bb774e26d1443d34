#pragma once
#include <ctnn/model/engine.hpp>
#include <ctnn/model/model.hpp>
#include <ctnn/model/network.hpp>
