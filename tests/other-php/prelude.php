<?php
/**
 * Before WordPress is loaded in a request: whoever asks is the network's admin, and what PHP complains of is collected.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

error_reporting( E_ALL );
ini_set( 'display_errors', '0' );

$GLOBALS['closte_complaints'] = array();
set_error_handler(
	static function ( int $severity, string $message, string $file, int $line ): bool {
		// The sign @ says that somebody has thought of it.
		if ( 0 !== ( error_reporting() & $severity ) ) {
			$GLOBALS['closte_complaints'][] = "$message in $file:$line";
		}
		return true;
	}
);
register_shutdown_function(
	static function (): void {
		$last = error_get_last();
		if ( null !== $last ) {
			$GLOBALS['closte_complaints'][] = "{$last['message']} in {$last['file']}:{$last['line']}";
		}
		file_put_contents( '/tmp/complaints.json', json_encode( $GLOBALS['closte_complaints'], JSON_THROW_ON_ERROR ) );
	}
);

/** In the place of WordPress's own, which looks for cookies. */
function auth_redirect(): void {}

$GLOBALS['wp_filter']['determine_current_user'][99][] = array(
	'function'      => static fn(): int => 1,
	'accepted_args' => 0,
);
// Nobody asks WordPress's own servers for updates.
$GLOBALS['wp_filter']['pre_http_request'][10][] = array(
	'function'      => static fn(): array => array( 'response' => array( 'code' => 200 ), 'body' => '{"offers":[],"plugins":[],"themes":[],"no_update":[],"translations":[]}', 'headers' => array() ),
	'accepted_args' => 0,
);
