// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/tour/tour.h"

namespace boolab::ui
{

class MainWindow;

/// The minute that shows a newcomer the way from a model to an export, page by page.
std::vector<TourStop> windowTour(MainWindow& window);

} // namespace boolab::ui
