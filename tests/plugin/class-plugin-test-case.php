<?php
/**
 * What the tests of the plugin's own parts share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Container;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Settings\Settings;

/** The integration is switched on. */
abstract class Plugin_Test_Case extends Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'enabled' => true ) );
	}

	/**
	 * Changes settings.
	 *
	 * @param array<string, mixed> $changes
	 */
	protected function set( array $changes ): void {
		Settings::load()->with( $changes )->save();
	}

	protected function row( string $domain ): ?Ledger_Row {
		return $this->plugin->ledger()->find( $domain );
	}

	/** The stage of a domain, or null when it has no row. */
	protected function stage( string $domain ): ?string {
		return $this->row( $domain )?->stage->value;
	}

	/** Writes into the ledger's rows what no request would write. */
	protected function set_rows( string $columns, ?string $domain = null ): void {
		$where = null === $domain ? '1 = 1' : $this->wpdb->prepare( 'domain = %s', $domain );
		$this->wpdb->query( "UPDATE {$this->plugin->schema()->table()} SET $columns WHERE $where" );
	}

	/** A run as WP-Cron starts it, in a request of its own. */
	protected function run_due(): void {
		$this->next_request();
		do_action( 'closte_sync_run' );
		$this->next_request();
	}

	/** What the plugin does when a request has said all: its part of what `shutdown` fires. */
	protected function end_request(): void {
		foreach ( $GLOBALS['wp_filter']['shutdown']->callbacks ?? array() as $callbacks ) {
			foreach ( array_column( $callbacks, 'function' ) as $function ) {
				$object = $function instanceof \Closure ? ( new \ReflectionFunction( $function ) )->getClosureThis() : null;

				if ( null !== $object && str_starts_with( $object::class, 'ClosteSync\\' ) && ! str_starts_with( $object::class, __NAMESPACE__ ) ) {
					$function();
				}
			}
		}
	}

	/** What follows is done by a PHP without the extension. */
	protected function lose_extension(): void {
		$this->next_request();
		( new \ReflectionProperty( Container::class, 'made' ) )->setValue( $this->plugin, array( Extension::class => new Extension( new Proof(), false ) ) );
	}

	/**
	 * The table of Ultimate Multisite's mappings, while its plugin is not loaded. The test drops it.
	 *
	 * @return string Its name.
	 */
	protected function make_mappings_table(): string {
		$table = $this->wpdb->base_prefix . 'wu_domain_mappings';
		$this->wpdb->query( "CREATE TABLE IF NOT EXISTS $table ( id bigint(20) NOT NULL auto_increment, blog_id bigint(20) NOT NULL, domain varchar(191) NOT NULL, PRIMARY KEY (id), KEY domain (domain) )" );

		return $table;
	}

	/** What follows happens in another request. */
	protected function next_request(): void {
		$this->end_request();
		$this->plugin->forget();
		wp_cache_flush();
	}

	/**
	 * Seconds that a page may take on this machine, busy as it is, beside those that it waits for Closte: far more than one
	 * takes now that does not wait.
	 */
	protected function page_seconds(): float {
		$begun = microtime( true );
		$this->create_site( 'unhurried.example' );
		$took = microtime( true ) - $begun;
		$this->start_over();

		return 1.0 + 10 * $took;
	}

	/** A domain of the network. */
	protected function sub( string $label ): string {
		return "$label." . $this->env( 'domain' );
	}

	/**
	 * What was sent to change anything, oldest first: `add shop.example`, `delete shop.example`.
	 *
	 * @return list<string>
	 */
	protected function changes(): array {
		$changes = array();

		foreach ( $this->emulator->calls() as $call ) {
			if ( 1 === preg_match( '#^/?(add|delete)domainalias (\S+)$#', $call, $match ) ) {
				$changes[] = "$match[1] $match[2]";
			}
		}

		return $changes;
	}

	/** Makes rows due that wait for an interval. */
	protected function let_time_pass( int $seconds ): void {
		$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET next_check_at = CASE WHEN next_check_at > 0 THEN next_check_at - %d ELSE 0 END, lease_until = lease_until - %d', $this->wpdb->base_prefix . 'closte_sync_domains', $seconds, $seconds ) );
		delete_network_option( get_main_network_id(), 'closte_sync_unreachable' );
	}

	/** Like start_php(), in a WordPress whose wp-config.php has no key. */
	protected function start_php_without_key( string $code ): Process {
		$config = $this->env( 'wordpress' ) . '/wp-config-without-key.php';
		file_put_contents( $config, preg_replace( "/^define\( 'CLOSTE_CLIENT_API_KEY'.*$/m", '', (string) file_get_contents( $this->env( 'wordpress' ) . '/wp-config.php' ) ) );

		return new Process( array( PHP_BINARY, '-r', sprintf( '$_SERVER["HTTP_HOST"] = %s; require %s; %s', var_export( $this->env( 'domain' ), true ), var_export( $config, true ), $code ) ) );
	}
}
