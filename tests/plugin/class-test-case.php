<?php
/**
 * What every test of the plugin starts from.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Container;
use PHPUnit\Framework\TestCase;

/**
 * A network with its main site alone, an empty ledger, the settings as they are after activation, and a Closte that is
 * up and has no domains. `wp_die()` and redirects are exceptions here.
 */
abstract class Test_Case extends TestCase {

	/**
	 * The environment, as in its env.json.
	 *
	 * @var array<string, mixed>
	 */
	private static array $env;

	private static Network_Snapshot $snapshot;

	/**
	 * WordPress's hooks before the first test.
	 *
	 * @var array<string, \WP_Hook>
	 */
	private static array $hooks;

	/**
	 * Names of the constants that were defined before the first test.
	 *
	 * @var list<string>
	 */
	private static array $constants;

	/**
	 * What WordPress knows of the request before the first test.
	 *
	 * @var array<string, mixed>
	 */
	private static array $server;

	/** The emulated Closte. */
	protected Emulator $emulator;

	/** The network's database. */
	protected \wpdb $wpdb;

	/** The objects of the plugin whose hooks are in place. */
	protected Container $plugin;

	/**
	 * Called once, when WordPress is loaded.
	 *
	 * @param array<string, mixed> $env The environment, as in its env.json.
	 */
	public static function prepare( array $env ): void {
		// A page that visitors see waits for this: the plugin is loaded.
		wp_get_schedules();
		self::$env       = $env;
		self::$snapshot  = new Network_Snapshot( $GLOBALS['wpdb'] );
		self::$hooks     = self::copy_hooks();
		self::$server    = $_SERVER;
		self::$constants = self::constants();
	}

	/**
	 * Resets everything.
	 */
	protected function setUp(): void {
		parent::setUp();
		$this->wpdb     = $GLOBALS['wpdb'];
		$this->plugin   = self::booted();
		$this->emulator = new Emulator( self::$env['emulator']['control'], self::$env['key'] );
		$this->reset();
		add_filter( 'wp_die_handler', self::die_handler( ... ) );
		add_filter( 'wp_die_ajax_handler', self::die_handler( ... ) );
		add_filter( 'wp_die_json_handler', self::die_handler( ... ) );
		add_filter(
			'wp_redirect',
			static function ( string $location, int $status ): never {
				throw new Redirect_Exception( $location, $status );
			},
			PHP_INT_MAX,
			2
		);
	}

	/**
	 * Leaves nothing to the next test.
	 */
	protected function tearDown(): void {
		$this->reset();
		if ( ! $this->isInIsolation() ) {
			self::assertSame( array(), array_values( array_diff( self::constants(), self::$constants ) ), 'Defined for all tests that follow, too: this test needs a process of its own.' );
		}
		parent::tearDown();
	}

	/** What follows finds everything as the test did. */
	protected function start_over(): void {
		$this->tearDown();
		$this->setUp();
	}

	/** The objects that the hooks are bound to which WordPress loaded. */
	private static function booted(): Container {
		$hook = self::$hooks['closte_sync_run']->callbacks[10];

		return ( new \ReflectionFunction( current( $hook )['function'] ) )->getClosureThis();
	}

	/** Activates the plugin, as WordPress does. */
	protected function activate(): void {
		do_action( 'activate_' . plugin_basename( CLOSTE_SYNC_FILE ), true );
	}

	/** Deactivates the plugin, as WordPress does. */
	protected function deactivate(): void {
		do_action( 'deactivate_' . plugin_basename( CLOSTE_SYNC_FILE ), true );
	}

	/**
	 * Something of the environment: `domain`, `wordpress`, `dir`, `key`, `php_ini_scan_dir`…
	 *
	 * @param string $name A key of env.json.
	 */
	protected function env( string $name ): mixed {
		return self::$env[ $name ];
	}

	/**
	 * Creates a site as the network admin would; its domain is $name under the network's.
	 *
	 * @param string               $name A label, or with a dot a whole domain.
	 * @param string               $path Path of the site.
	 * @param array<string, mixed> $args More for wp_insert_site().
	 * @return int The site's ID.
	 */
	protected function create_site( string $name, string $path = '/', array $args = array() ): int {
		$id = wp_insert_site(
			$args + array(
				'domain'     => str_contains( $name, '.' ) ? $name : $name . '.' . get_network()->domain,
				'path'       => $path,
				'network_id' => get_current_network_id(),
				'user_id'    => 1,
				'title'      => $name,
			)
		);
		if ( $id instanceof \WP_Error ) {
			self::fail( "Site $name was not created: " . $id->get_error_message() );
		}

		return $id;
	}

	/**
	 * Creates a user.
	 *
	 * @param string $role A role on the main site, or `super` for a super admin.
	 * @return int The user's ID.
	 */
	protected function create_user( string $role ): int {
		$login = uniqid( 'user' );
		$id    = wp_insert_user(
			array(
				'user_login' => $login,
				'user_pass'  => 'password',
				'user_email' => "$login@network.example",
				'role'       => 'super' === $role ? 'administrator' : $role,
			)
		);
		if ( $id instanceof \WP_Error ) {
			self::fail( $id->get_error_message() );
		}
		if ( 'super' === $role ) {
			grant_super_admin( $id );
		}

		return $id;
	}

	/**
	 * Waits for a condition, and fails when it does not come true.
	 *
	 * @param callable(): bool $condition Looked at every 50 ms.
	 * @param string           $what      Named in the failure.
	 * @param float            $seconds   How long to wait.
	 */
	protected function wait_for( callable $condition, string $what, float $seconds = 120.0 ): void {
		$end = microtime( true ) + $seconds;
		while ( ! $condition() ) {
			if ( microtime( true ) > $end ) {
				self::fail( "Waited $seconds s in vain for: $what" );
			}
			usleep( 50_000 );
		}
	}

	/** Seconds that this process has used of a processor: however busy the machine is, the same work takes about the same. */
	protected static function processor_seconds(): float {
		$used = getrusage();

		return $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] + ( $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'] ) / 1e6;
	}

	/**
	 * Starts PHP code in another process of the same WordPress, through WP-CLI's `eval`.
	 *
	 * @param string $code Without an opening tag.
	 * @return Process The process, running.
	 */
	protected function start_php( string $code ): Process {
		return new Process( array( dirname( __DIR__ ) . '/bin/wp', self::$env['name'], 'eval', $code ) );
	}

	/**
	 * Puts WordPress and Closte back as they were.
	 */
	private function reset(): void {
		while ( ms_is_switched() ) {
			restore_current_blog();
		}
		$GLOBALS['wp_filter'] = array_map( static fn ( \WP_Hook $hook ): \WP_Hook => clone $hook, self::$hooks );
		self::$snapshot->restore();
		self::booted()->forget();
		wp_set_current_user( 0 );
		// An exception that crosses a hook leaves it in this list.
		$GLOBALS['wp_current_filter'] = array();
		$_GET     = array();
		$_POST    = array();
		$_REQUEST = array();
		$_SERVER  = self::$server;
		unset( $GLOBALS['current_screen'] );
		// wpmu_create_blog() leaves it on, and then WordPress caches no options.
		wp_installing( false );
		$this->emulator->clear();
	}

	/**
	 * The constants that code can define: none can be undone.
	 *
	 * @return list<string>
	 */
	private static function constants(): array {
		return array_keys( get_defined_constants( true )['user'] );
	}

	/**
	 * Copies of all hooks, so that what a test adds or removes can be undone.
	 *
	 * @return array<string, \WP_Hook>
	 */
	private static function copy_hooks(): array {
		return array_map( static fn ( \WP_Hook $hook ): \WP_Hook => clone $hook, $GLOBALS['wp_filter'] );
	}

	/**
	 * The handler that stands in for wp_die()'s.
	 */
	private static function die_handler(): callable {
		return static function ( string|\WP_Error $message, string $title = '', mixed $args = array() ): never {
			$text   = $message instanceof \WP_Error ? $message->get_error_message() : $message;
			$status = is_array( $args ) ? (int) ( $args['response'] ?? 0 ) : 0;
			throw new Wp_Die_Exception( $text, $status );
		};
	}
}
