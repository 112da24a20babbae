<?php
/**
 * Loads the WordPress network that tests/bin/outage made, as the tests of the plugin do.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

require_once dirname( __DIR__ ) . '/plugin/bootstrap.php';
require_once dirname( __DIR__ ) . '/plugin/class-plugin-test-case.php';
require_once __DIR__ . '/class-size-test-case.php';
