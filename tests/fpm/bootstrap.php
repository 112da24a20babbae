<?php
/**
 * What the tests under PHP-FPM start from; no WordPress.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

require_once __DIR__ . '/../support/class-emulator.php';
require_once __DIR__ . '/../support/class-other-library.php';
require_once __DIR__ . '/../support/class-process.php';
require_once __DIR__ . '/class-web-server.php';
