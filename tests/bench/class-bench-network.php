<?php
/**
 * A network that tests/bin/wp-env made on MariaDB.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/../support/class-emulator.php';

/** Makes its sites, and runs WP-CLI in it. */
final class Bench_Network {

	/** What a process has taken at its peak, said when it ends. */
	private const PEAK = '--exec=register_shutdown_function( fn() => fwrite( STDERR, "\npeak " . getrusage()["ru_maxrss"] ) );';

	/** @var array<string, mixed> As in env.json. */
	public readonly array $env;

	public readonly Emulator $emulator;

	public readonly \mysqli $db;

	public function __construct( string $file ) {
		$this->env      = json_decode( (string) file_get_contents( $file ), true, 16, JSON_THROW_ON_ERROR );
		$this->emulator = new Emulator( $this->env['emulator']['control'], $this->env['key'] );
		$this->db       = new \mysqli( 'localhost', 'root', '', 'wordpress', 0, $this->env['db']['socket'] );
	}

	/**
	 * Rows of WordPress's table: what makes a domain wanted, without the tables that take the time.
	 *
	 * @return list<string> The domains that are added then, with their www names; of the network's own only that one.
	 */
	public function make_sites( int $from, int $to ): array {
		foreach ( array_chunk( range( $from, $to ), 1000 ) as $numbers ) {
			$rows = array_map( static fn ( int $n ): string => "( 1, 'site-$n.example', '/', NOW(), NOW() )", $numbers );
			$this->db->query( 'INSERT INTO wp_blogs ( site_id, domain, path, registered, last_updated ) VALUES ' . implode( ', ', $rows ) );
		}
		$domains = array_column( $this->db->query( "SELECT domain FROM wp_blogs WHERE domain LIKE 'site-%'" )->fetch_all(), 0 );

		return array_merge(
			array( "www.{$this->env['domain']}" ),
			...array_map( static fn ( string $domain ): array => array( $domain, "www.$domain" ), $domains )
		);
	}

	/** As if nothing had ever been sent. */
	public function forget_domains(): void {
		$this->db->query( 'TRUNCATE wp_closte_sync_domains' );
		$this->db->query( 'TRUNCATE wp_closte_sync_log' );
		$this->emulator->clear();
	}

	/**
	 * Runs WP-CLI.
	 *
	 * @return array{seconds: float, megabytes: float, statements: int, read: int, output: string} Rows that were read of tables and indexes.
	 */
	public function wp( string ...$arguments ): array {
		$before  = $this->counters();
		$start   = hrtime( true );
		$command = array( dirname( __DIR__ ) . '/bin/wp', $this->env['name'], self::PEAK, ...$arguments );
		exec( implode( ' ', array_map( 'escapeshellarg', $command ) ) . ' 2>&1', $lines, $status );
		$seconds = ( hrtime( true ) - $start ) / 1e9;
		$output  = implode( "\n", $lines );
		if ( 0 !== $status || 1 !== preg_match( '/^peak (\d+)$/m', $output, $peak ) ) {
			throw new \RuntimeException( implode( ' ', $arguments ) . ': ' . substr( $output, -1000 ) );
		}
		$after = $this->counters();

		return array(
			'seconds'    => $seconds,
			'megabytes'  => (int) $peak[1] / 1024,
			'statements' => $after['statements'] - $before['statements'],
			'read'       => $after['read'] - $before['read'],
			'output'     => $output,
		);
	}

	/** Of the whole server. */
	public function status( string $name ): int {
		return array_sum( array_map( 'intval', array_column( $this->db->query( "SHOW GLOBAL STATUS LIKE '$name'" )->fetch_all(), 1 ) ) );
	}

	/** @return array{statements: int, read: int} */
	private function counters(): array {
		return array(
			'statements' => $this->status( 'Questions' ),
			'read'       => $this->status( 'Handler_read%' ),
		);
	}
}
