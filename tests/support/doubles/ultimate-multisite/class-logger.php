<?php
/**
 * Test double of Ultimate Multisite: its logs.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo;

/** Keeps in memory what the original appends to a file that is named after the handle. */
class Logger {

	/** @var array<string, list<string>> By handle. */
	public static array $lines = array();

	public static function add( $handle, $message, $log_level = 'info' ): void {
		self::$lines[ $handle ][] = '[' . strtoupper( $log_level ) . '] ' . ( is_wp_error( $message ) ? $message->get_error_message() : $message );
	}
}
