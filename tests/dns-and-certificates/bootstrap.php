<?php
/**
 * Loads the WordPress network that tests/bin/dns-and-certificates made into this process.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

require_once __DIR__ . '/../plugin/bootstrap.php';
require_once __DIR__ . '/../plugin/class-plugin-test-case.php';
require_once __DIR__ . '/class-name-server.php';
require_once __DIR__ . '/class-dns-servers.php';
require_once __DIR__ . '/class-dns-and-certificates-test-case.php';
