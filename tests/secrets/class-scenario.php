<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Uses everything that the plugin does, by browser, by command and by code, while Closte is well and while it is not. */
final class Scenario {

	private const SETTINGS = '/wp-admin/network/settings.php?page=closte-sync';
	private const DOMAINS  = '/wp-admin/network/sites.php?page=closte-sync-domains';

	/** Screens of WordPress that show what plugins tell them. */
	private const SCREENS = array( '/', '/wp-json/', '/feed/', '/wp-admin/', '/wp-admin/network/', '/wp-admin/site-health.php', '/wp-admin/site-health.php?tab=debug', '/wp-admin/options.php', '/wp-admin/export.php?download=true&content=all', '/info.php', self::SETTINGS, self::DOMAINS );

	/** What the scripts of the screens call. */
	private const CALLS = array( 'connection-test', 'sync', 'poll', 'check' );

	/** How Closte fails, with the key in what it says. */
	private const FAULTS = array(
		array( 'kind' => 'echo-key' ),
		array( 'kind' => 'reject', 'text' => 'Your key <key> may not do this, <key>' ),
		array( 'kind' => '401', 'text' => '{"success":false,"error":"<key> is not a key"}' ),
		array( 'kind' => '500', 'text' => '<html><title>Error with <key></title><pre>apikey=<key></pre></html>' ),
		array( 'kind' => '200', 'text' => 'apikey=<key> is what you sent' ),
		array( 'kind' => 'redirect', 'location' => 'http://127.0.0.1:1/?apikey=<key>' ),
		array( 'kind' => 'reset-after' ),
		array( 'kind' => '429', 'retry_after' => '1' ),
	);

	public readonly Emulator $emulator;

	/** What the super admin found on the settings screen. */
	public string $settings_screen = '';

	/**
	 * @param array<string, mixed> $env The environment, as in its env.json.
	 */
	public function __construct( private readonly array $env, private readonly Key_Matcher $matcher, private readonly Leak_Scanner $scanner ) {
		$this->emulator = new Emulator( $env['emulator']['control'], $env['key'] );
	}

	public function run(): void {
		copy( __DIR__ . '/mu-plugin.php', $this->env['wordpress'] . '/wp-content/mu-plugins/secrets-test.php' );
		file_put_contents( $this->env['wordpress'] . '/info.php', '<?php phpinfo();' );
		$this->wp( 'user', 'create', 'subscriber', 'subscriber@network.example', '--role=subscriber', '--user_pass=password' );
		$this->wp( 'user', 'create', 'siteadmin', 'siteadmin@network.example', '--role=administrator', '--user_pass=password' );

		$admin = $this->visitor( 'admin' );
		$admin->log_in( 'admin', 'admin' );
		if ( ! $this->is_defined() ) {
			$this->enter_key( $admin );
		}
		$this->wp( 'site', 'create', '--slug=shop' );
		$this->emulator->set_domains( array( 'foreign.example', array( 'domain' => 'rich.example', 'apikey' => $this->matcher->key(), $this->matcher->key() => array( $this->matcher->key() ) ) ) );
		$this->wp( 'closte', 'domain', 'add', '*.customer.example', 'bücher.example' );

		$this->walk( $admin, true );
		foreach ( array( 'subscriber', 'siteadmin', '' ) as $user ) {
			$visitor = $this->visitor( '' === $user ? 'nobody' : $user );
			if ( '' !== $user ) {
				$visitor->log_in( $user, 'password' );
			}
			$this->walk( $visitor, false );
		}
		$this->run_all_commands();
		foreach ( self::FAULTS as $n => $fault ) {
			$this->emulator->fault( $fault );
			$this->use_screens( $admin );
			$this->run_some_commands( "fault-$n" );
		}
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => 'fault.customer.example', 'text' => 'No <key>' ) );
		$this->dump();
		$this->die_uncaught();
		$this->emulator->fault();
		$this->emulator->down( true );
		$this->use_screens( $admin );
		$this->run_some_commands( 'down' );
		$this->emulator->down( false );
		$this->watch_processes();
		$this->use_screens( $admin );
	}

	/** Whether wp-config.php has the key. Where it does not, an admin enters it. */
	public function is_defined(): bool {
		return str_contains( (string) file_get_contents( $this->env['wordpress'] . '/wp-config.php' ), 'CLOSTE_CLIENT_API_KEY' );
	}

	/** Enters the key, by screen and by command, first with mistakes. */
	private function enter_key( Visitor $admin ): void {
		$key = $this->matcher->key();
		foreach ( array( "$key and more", "$key\u{e9}", str_repeat( $key, 40 ), $key ) as $entered ) {
			foreach ( $admin->forms( $admin->get( self::SETTINGS ) ) as $form ) {
				if ( null !== $form['password'] ) {
					$admin->post( $form['action'], array( $form['password'] => $entered ) + $form['fields'] );
					$admin->get( self::SETTINGS );
				}
			}
			$this->wp_typing( "$entered\n", '--debug', 'closte', 'key', 'set' );
			$this->wp( '--debug', 'closte', 'key', 'status', '--format=json' );
		}
		if ( 0 !== $this->wp( 'closte', 'verify' )->status ) {
			throw new \RuntimeException( 'The key that was entered does not work.' );
		}
	}

	/** Opens every screen that the menus lead to, and tries every call and form. */
	private function walk( Visitor $visitor, bool $is_super ): void {
		$pages = self::SCREENS;
		foreach ( $is_super ? $visitor->links( $visitor->get( '/wp-admin/network/' ) ) : array() as $link ) {
			$pages[] = str_starts_with( $link, 'http' ) || str_starts_with( $link, '/' ) ? $link : "/wp-admin/network/$link";
		}
		foreach ( array_unique( $pages ) as $page ) {
			$visitor->get( $page );
		}
		if ( $is_super ) {
			$this->settings_screen = $visitor->get( self::SETTINGS );
			$this->use_screens( $visitor );
		} else {
			foreach ( self::CALLS as $route ) {
				$visitor->post( "/wp-json/closte-sync/v1/$route", array( 'ids' => array( 1 ) ) );
			}
			foreach ( array( 'save', 'enable', 'test', 'send-all', 'dismiss', 'tell-owners' ) as $action ) {
				$visitor->post( "/wp-admin/network/edit.php?action=closte-sync-$action", array( '_wpnonce' => 'guessed' ) );
			}
		}
		$this->ask_rest( $visitor );
	}

	/** What a super admin can do on our own screens: each call of the script, each form, each link of a row. */
	private function use_screens( Visitor $admin ): void {
		$settings = $admin->get( self::SETTINGS );
		$nonce    = trim( $admin->get( '/wp-admin/admin-ajax.php?action=rest-nonce' ) );
		foreach ( self::CALLS as $route ) {
			$admin->post( "/wp-json/closte-sync/v1/$route?_wpnonce=$nonce", array( 'ids' => range( 1, 40 ), 'url' => '?page=closte-sync-domains' ) );
		}
		foreach ( $admin->forms( $settings ) as $form ) {
			if ( 'post' === $form['method'] && str_contains( $form['action'], 'action=closte-sync-' ) && null === $form['password'] && ! str_contains( $form['action'], 'key' ) ) {
				$admin->post( $form['action'], $form['fields'] );
				$admin->get( self::SETTINGS );
			}
		}
		$domains = $admin->get( self::DOMAINS );
		foreach ( $admin->buttons( $domains, '//table//button[starts-with(@value, "check ")]' ) as $button ) {
			$admin->post( $button['action'], $button['fields'] );
			$admin->get( self::DOMAINS );
		}
		foreach ( array( '/wp-admin/network/sites.php', '/wp-admin/network/', '/wp-admin/site-health.php?tab=debug' ) as $page ) {
			$admin->get( $page );
		}
		$this->ask_rest( $admin );
	}

	private function ask_rest( Visitor $visitor ): void {
		$nonce  = trim( $visitor->get( '/wp-admin/admin-ajax.php?action=rest-nonce' ) );
		$routes = array_keys( (array) ( json_decode( $visitor->get( '/wp-json/' ), true )['routes'] ?? array() ) );
		foreach ( array_filter( $routes, static fn( string $route ): bool => str_starts_with( $route, '/closte-sync/' ) ) as $route ) {
			$visitor->get( "/wp-json$route", array( "X-WP-Nonce: $nonce" ) );
		}
	}

	/** Every command of ours in every format that it has. */
	private function run_all_commands(): void {
		$commands = json_decode(
			$this->wp(
				'eval',
				'$walk = static function ( $command ) use ( &$walk ): array {
					$all = array();
					foreach ( $command->get_subcommands() as $sub ) {
						preg_match( "/^\[--format=.*?^---$(.*?)^---$/ms", $sub->get_longdesc(), $format );
						preg_match_all( "/^  - (\S+)$/m", $format[1] ?? "", $formats );
						array_push( $all, array( "path" => array_slice( WP_CLI\Dispatcher\get_path( $sub ), 1 ), "synopsis" => $sub->get_synopsis(), "formats" => $formats[1] ), ...$walk( $sub ) );
					}
					return $all;
				};
				$path = array( "closte" );
				echo json_encode( $walk( WP_CLI::get_root_command()->find_subcommand( $path ) ) );'
			)->stdout,
			true,
			16,
			JSON_THROW_ON_ERROR
		);
		$lines = array();
		foreach ( $commands as $command ) {
			if ( '<command>' === $command['synopsis'] || in_array( $command['path'][1], array( 'enable', 'disable' ), true ) || in_array( array_slice( $command['path'], 1 ), array( array( 'key', 'set' ), array( 'key', 'delete' ) ), true ) ) {
				continue;
			}
			$line = implode( ' ', $command['path'] ) . ( preg_match( '/^\[?<domain>/', $command['synopsis'] ) ? ' shop.network.test' : '' );
			foreach ( array( '--yes' => '', '--timeout' => '=1', '--budget' => '=1' ) as $option => $value ) {
				$line .= str_contains( $command['synopsis'], "[$option" ) ? " $option$value" : '';
			}
			foreach ( array() === $command['formats'] ? array( '' ) : $command['formats'] as $format ) {
				$lines[] = $line . ( '' === $format ? '' : " --format=$format" );
			}
		}
		$this->wp_lines(
			...$lines,
			...array( 'closte domain add *.customer.example shop.customer.example', 'network meta list 1 --format=json', 'transient list --network --format=json', 'option list --format=json --transients' ),
			...array( 'cron event list --format=json', 'user meta list 1 --format=json', 'cron event run --due-now' )
		);
		$this->wp( '--debug', 'closte', 'verify' );
		$this->wp( 'export', '--stdout' );
	}

	/** What tells of failures. */
	private function run_some_commands( string $slug ): void {
		$this->wp_lines( "site create --slug=$slug", 'closte doctor shop.network.test', "closte domain add *.$slug.example", 'closte sync --prune --yes', 'cron event run closte_sync_run' );
	}

	/** Everything written out, in a PHP without WP-CLI. */
	private function dump(): void {
		$output = $this->php( 'require $argv[2];', __DIR__ . '/dumps.php' );
		$this->scanner->scan_file( 'dumps', $output );
		unlink( $output );
	}

	/** Exceptions that nobody catches. */
	private function die_uncaught(): void {
		$codes = array(
			'$GLOBALS["secrets_test_plugin"]->extension()->client( array( "retries" => 0 ) )->addDomain( "fault.customer.example" );',
			'$GLOBALS["secrets_test_plugin"]->extension()->client( array( "timeout" => "x" ) );',
			'throw new LogicException( "Outer", 1, ( function ( $key ) { return new RuntimeException( "Inner" ); } )( ClosteSync\Extension\Key_Provider::find() ) );',
			'( function ( $key, $client ) { $client->nothing(); } )( ClosteSync\Extension\Key_Provider::find(), $GLOBALS["secrets_test_plugin"]->extension()->client() );',
			'register_shutdown_function( fn() => print_r( array( error_get_last(), debug_backtrace() ) ) ); $GLOBALS["secrets_test_plugin"]->extension()->client()->addDomain( array() );',
			'ini_set( "memory_limit", memory_get_usage() + 4e6 ); $client = $GLOBALS["secrets_test_plugin"]->extension()->client(); str_repeat( "x", 100000000 );',
		);
		foreach ( $codes as $n => $code ) {
			$output = $this->php( "ini_set( 'display_errors', '1' ); $code" );
			$this->scanner->scan_file( 'dumps', $output );
			unlink( $output );
		}
	}

	/** What other users of the machine see of a process that talks with Closte, and what its children get. */
	private function watch_processes(): void {
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 1500 ) );
		$process = new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env['name'], 'closte', 'verify' ) );
		while ( $process->running() ) {
			$this->look_at_processes();
			usleep( 100_000 );
		}
		$this->emulator->fault();
		$this->look_at_processes();
	}

	/** Command lines and environments of all processes of this environment, but the emulated Closte's own. */
	private function look_at_processes(): void {
		foreach ( glob( '/proc/[0-9]*' ) as $dir ) {
			// phpcs:disable Generic.PHP.NoSilencedErrors -- one that ends meanwhile is gone.
			$line = (string) @file_get_contents( "$dir/cmdline" );
			$vars = (string) @file_get_contents( "$dir/environ" );
			// phpcs:enable
			if ( str_contains( $line, 'closte-emulator' ) || ! ( str_contains( $line, 'php' ) || str_contains( $vars, $this->env['name'] ) ) ) {
				continue;
			}
			if ( ! str_contains( $line, $this->env['name'] ) && ! str_contains( $vars, $this->env['name'] ) && ! str_contains( $line, 'php-fpm' ) ) {
				continue;
			}
			$this->scanner->scan( 'processes', str_replace( "\0", ' ', $line ), "$line\n$vars" );
		}
	}

	/** Runs WP-CLI; both of its streams are looked at. */
	public function wp( string ...$arguments ): Cli_Result {
		return $this->wp_typing( '', ...$arguments );
	}

	/** Runs WP-CLI with something typed into it. */
	private function wp_typing( string $input, string ...$arguments ): Cli_Result {
		$result = Cli_Result::of( array( dirname( __DIR__ ) . '/bin/wp', $this->env['name'], ...$arguments ), $input );
		$this->scanner->scan( 'commands', 'wp ' . implode( ' ', array_slice( $arguments, 0, in_array( 'eval', $arguments, true ) ? 1 : null ) ), $result->stdout . "\n" . $result->stderr );

		return $result;
	}

	/** Runs several commands in one process, each as if it were the only one. */
	private function wp_lines( string ...$lines ): void {
		$code = 'foreach ( json_decode( ' . var_export( json_encode( $lines ), true ) . ' ) as $line ) {
			echo "\n$ wp $line\n";
			try { WP_CLI::runcommand( $line, array( "launch" => false, "exit_error" => false ) ); } catch ( Throwable $e ) { echo $e; }
		}';
		$done = $this->wp( '--debug', 'eval', $code );
		foreach ( $lines as $line ) {
			$this->scanner->scan( 'commands', "wp --debug $line", str_contains( $done->stdout, $line ) ? $line : '' );
		}
	}

	/**
	 * Runs code in a WordPress without WP-CLI.
	 *
	 * @return string The file that has what it printed.
	 */
	private function php( string $code, string ...$arguments ): string {
		$output = tempnam( sys_get_temp_dir(), 'closte-secrets-' );
		$begin  = sprintf( '$_SERVER["HTTP_HOST"] = %s; require $argv[1]; ', var_export( $this->env['domain'], true ) );
		proc_close(
			proc_open(
				array( PHP_BINARY, '-r', $begin . $code, '--', $this->env['wordpress'] . '/wp-load.php', ...$arguments ),
				array( array( 'file', '/dev/null', 'r' ), array( 'file', $output, 'w' ), array( 'file', $output, 'a' ) ),
				$pipes,
				null,
				array( 'PHP_INI_SCAN_DIR' => $this->env['php_ini_scan_dir'] ) + getenv()
			)
		);

		return $output;
	}

	private function visitor( string $name ): Visitor {
		return new Visitor( $name, $this->env, fn( string $where, string $received ) => $this->scanner->scan( 'web', $where, $received ) );
	}
}
