<?php
/**
 * What the tests of the commands start from; WordPress runs in WP-CLI's own process only.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

require_once __DIR__ . '/../support/class-emulator.php';
require_once __DIR__ . '/../support/class-cli-result.php';
require_once __DIR__ . '/class-cli-test-case.php';
require_once __DIR__ . '/class-emulator-stack.php';
require_once __DIR__ . '/class-help-examples.php';
require_once __DIR__ . '/class-metrics-text.php';
