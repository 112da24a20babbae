<?php
/**
 * One process that calls.php measures; prints JSON:
 *
 * call-process.php one|new|first URL CA CALLS       one client for all calls, a new one for each, or one with the system's roots
 * call-process.php curl URL CA CALLS                one handle
 * call-process.php batch|multi URL CA ADDS IN_FLIGHT HTTP_VERSION
 *
 * @package ClosteSync
 */

declare(strict_types=1);

list( , $closte_mode, $closte_url, $closte_ca, $closte_calls ) = $argv;

$closte_calls = (int) $closte_calls;
// No other process adds the same.
$closte_name  = static fn ( int $i ): string => "d$i-" . getmypid() . '.example';
$closte_post  = static fn ( int $i ): array => array(
	CURLOPT_RETURNTRANSFER => true,
	CURLOPT_CAINFO         => $closte_ca,
	CURLOPT_POSTFIELDS     => "apikey=bench&domain={$closte_name( $i )}&wildcard=",
);
$closte_must  = static function ( bool $good, string $what ): void {
	if ( ! $good ) {
		throw new RuntimeException( $what );
	}
};

if ( 'batch' === $closte_mode || 'multi' === $closte_mode ) {
	$closte_flight = (int) $argv[5];
	// What the process has taken at its peak, in kB.
	$closte_peak = static fn (): int => (int) preg_replace( '/^.*VmHWM:\s+(\d+).*$/s', '$1', (string) file_get_contents( '/proc/self/status' ) );
	$closte_base = $closte_peak();
	$closte_made = 0;
	// Calls that had to be made again by hand.
	$closte_failed = 0;
	if ( 'batch' === $closte_mode ) {
		$closte_client    = new Closte\Client(
			'bench',
			array(
				'base_url'      => $closte_url,
				'ca_file'       => $closte_ca,
				'max_in_flight' => $closte_flight,
				// Time for a busy machine.
				'timeout'       => 60,
			)
		);
		$closte_lifecycle = new Closte\Lifecycle(
			$closte_client,
			array(
				'targets' => array( '127.0.0.1' ),
				'follow'  => false,
			)
		);
		$closte_given     = 0;
		$closte_source    = static function ( int $room ) use ( &$closte_given, $closte_calls, $closte_name ): array {
			$records = array();
			while ( $closte_given < $closte_calls && count( $records ) < $room ) {
				$records[] = array(
					'domain'      => $closte_name( ++$closte_given ),
					'wanted'      => 'present',
					'stage'       => 'pending',
					'attempts'    => 0,
					'stage_since' => time(),
				);
			}

			return $records;
		};
		$closte_ends      = array();
		$closte_count     = static function ( array $row ) use ( &$closte_ends ): void {
			$end                 = trim( "{$row['stage']} {$row['error_reason']}" );
			$closte_ends[ $end ] = ( $closte_ends[ $end ] ?? 0 ) + 1;
		};
		$closte_start     = hrtime( true );
		$closte_lifecycle->advanceEach( $closte_source, $closte_count );
		$closte_seconds = ( hrtime( true ) - $closte_start ) / 1e9;
		$closte_must( array( 'checking-dns' => $closte_calls ) === $closte_ends, 'not all were added: ' . json_encode( $closte_ends ) );
		ob_start();
		phpinfo( INFO_MODULES );
		$closte_must( 1 === preg_match( '/^Connections opened .*=> (\d+)/m', (string) ob_get_clean(), $closte_match ), 'phpinfo() does not count connections' );
		$closte_made = (int) $closte_match[1];
	} else {
		$closte_multi = curl_multi_init();
		curl_multi_setopt( $closte_multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX );
		curl_multi_setopt( $closte_multi, CURLMOPT_MAXCONNECTS, $closte_flight );
		$closte_next  = 1;
		$closte_begin = static function ( int $i ) use ( $closte_multi, $closte_post, $closte_url, $argv ): void {
			$handle = curl_init( "$closte_url/adddomainalias" );
			$http   = '1' === $argv[6] ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS;
			curl_setopt_array( $handle, array( CURLOPT_HTTP_VERSION => $http, CURLOPT_PIPEWAIT => '1' !== $argv[6], CURLOPT_PRIVATE => (string) $i ) + $closte_post( $i ) );
			curl_multi_add_handle( $closte_multi, $handle );
		};
		$closte_start = hrtime( true );
		for ( $closte_done = 0; $closte_done < $closte_calls; ) {
			while ( $closte_next <= $closte_calls && $closte_next - $closte_done <= $closte_flight ) {
				$closte_begin( $closte_next++ );
			}
			curl_multi_exec( $closte_multi, $closte_running );
			curl_multi_select( $closte_multi, 0.1 );
			while ( $closte_info = curl_multi_info_read( $closte_multi ) ) {
				$closte_made += curl_getinfo( $closte_info['handle'], CURLINFO_NUM_CONNECTS );
				curl_multi_remove_handle( $closte_multi, $closte_info['handle'] );
				if ( CURLE_OK === $closte_info['result'] ) {
					++$closte_done;
				} else {
					// It makes nothing of some ends of a connection: the caller has to.
					++$closte_failed;
					$closte_begin( (int) curl_getinfo( $closte_info['handle'], CURLINFO_PRIVATE ) );
				}
			}
		}
		$closte_seconds = ( hrtime( true ) - $closte_start ) / 1e9;
	}
	echo json_encode(
		array(
			'seconds'     => $closte_seconds,
			'connections' => $closte_made,
			'failed'      => $closte_failed,
			'megabytes'   => ( $closte_peak() - $closte_base ) / 1024,
		)
	);
	exit( 0 );
}

$closte_options = array(
	'base_url' => $closte_url,
	'ca_file'  => $closte_ca,
);
if ( 'first' === $closte_mode ) {
	// What the environment names are the roots of the system.
	unset( $closte_options['ca_file'] );
}
$closte_handle = curl_init( $closte_url );
$closte_client = null;
$closte_took   = array();
for ( $closte_i = 0; $closte_i < $closte_calls; $closte_i++ ) {
	$closte_start = hrtime( true );
	if ( 'curl' === $closte_mode ) {
		curl_setopt_array( $closte_handle, $closte_post( $closte_i ) );
		$closte_must( str_contains( (string) curl_exec( $closte_handle ), 'true' ), 'curl: ' . curl_error( $closte_handle ) );
	} else {
		if ( null === $closte_client || 'new' === $closte_mode ) {
			$closte_client = new Closte\Client( 'bench', $closte_options );
		}
		$closte_client->addDomain( $closte_name( $closte_i ) );
	}
	$closte_took[] = ( hrtime( true ) - $closte_start ) / 1e6;
}
$closte_first = array_shift( $closte_took );
sort( $closte_took );
echo json_encode(
	array(
		'first' => $closte_first,
		'warm'  => $closte_took[ intdiv( count( $closte_took ), 2 ) ] ?? null,
	)
);
