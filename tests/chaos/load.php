<?php
/**
 * Loads the network that tests/bin/chaos made, with the plugin active, into this process.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

foreach ( array( 'random', 'names', 'request', 'event-log', 'kill-switch', 'history', 'calls', 'servers', 'network-state', 'session', 'site-events', 'mapping-events', 'upkeep-events', 'events' ) as $closte_chaos_class ) {
	require_once __DIR__ . "/class-$closte_chaos_class.php";
}

require_once dirname( __DIR__ ) . '/support/class-ledger-writes.php';

$_SERVER['HTTP_HOST']       = (string) getenv( 'CLOSTE_CHAOS_DOMAIN' );
$_SERVER['SERVER_NAME']     = (string) getenv( 'CLOSTE_CHAOS_DOMAIN' );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';

require_once getenv( 'CLOSTE_CHAOS_WORDPRESS' ) . '/wp-load.php';
