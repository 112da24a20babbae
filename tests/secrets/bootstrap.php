<?php
/**
 * What the search for the key starts from; WordPress runs in processes of its own only.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

require_once __DIR__ . '/../support/class-emulator.php';
require_once __DIR__ . '/../support/class-process.php';
require_once __DIR__ . '/../support/class-cli-result.php';
require_once __DIR__ . '/class-key-matcher.php';
require_once __DIR__ . '/class-leak-scanner.php';
require_once __DIR__ . '/class-visitor.php';
require_once __DIR__ . '/class-scenario.php';
