<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Settings\Permission;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Services;

/**
 * Adds tests and debug information to Site Health, on the network's main site and for those who may manage the network.
 */
final class Site_Health {

	private const REST_NAMESPACE = 'closte-sync/v1';
	private const ROUTE          = '/health/connection';

	/**
	 * @param string $domains_url  Address of the list of domains.
	 * @param string $settings_url Address of the settings.
	 */
	public function __construct(
		private readonly Services $services,
		private readonly string $domains_url,
		private readonly string $settings_url,
	) {}

	/**
	 * Called on the admin screens of the main site, in its cron, and for REST.
	 */
	public function register(): void {
		add_filter( 'site_status_tests', array( $this, 'add_tests' ) );
		add_filter( 'debug_information', array( $this, 'add_information' ) );
		add_action( 'rest_api_init', array( $this, 'add_route' ) );
	}

	/**
	 * @param array<string, array<string, mixed>> $tests The tests so far.
	 * @return array<string, array<string, mixed>>
	 */
	public function add_tests( array $tests ): array {
		if ( ! self::is_shown() ) {
			return $tests;
		}
		$tests['direct']['closte_sync_extension'] = array(
			'label' => __( 'Closte: PHP extension', 'closte-sync' ),
			'test'  => fn(): array => $this->result( $this->extension_check()->here(), 'closte_sync_extension' ),
		);
		foreach ( $this->extension_check()->elsewhere() as $number => $finding ) {
			$tests['direct'][ "closte_sync_extension_elsewhere_$number" ] = array(
				'label' => $finding->label,
				'test'  => fn(): array => $this->result( $finding, "closte_sync_extension_elsewhere_$number" ),
			);
		}
		$outdated = ( new Plugin_Check( $this->services->readiness() ) )->run();
		if ( null !== $outdated ) {
			$tests['direct']['closte_sync_plugin'] = array(
				'label' => __( 'Closte: plugin', 'closte-sync' ),
				'test'  => fn(): array => $this->result( $outdated, 'closte_sync_plugin' ),
			);
		}
		if ( $this->services->readiness()->is_another_network() ) {
			$tests['direct']['closte_sync_identity'] = array(
				'label' => __( 'Closte: a copy of the network', 'closte-sync' ),
				'test'  => fn(): array => $this->result( $this->identity(), 'closte_sync_identity' ),
			);
		}
		if ( Key_Store::has_key() ) {
			$tests['direct']['closte_sync_key'] = array(
				'label' => __( 'Closte: stored API key', 'closte-sync' ),
				'test'  => fn(): array => $this->result( ( new Key_Check() )->run(), 'closte_sync_key' ),
			);
		}
		foreach ( $this->network_tests() as $name => list( $label, $find ) ) {
			$tests['direct'][ "closte_sync_$name" ] = array(
				'label' => $label,
				'test'  => fn(): array => $this->safely( $find, "closte_sync_$name" ),
			);
		}
		// A call to another server must not hold up the page.
		$tests['async']['closte_sync_connection'] = array(
			'label'             => __( 'Closte: connection', 'closte-sync' ),
			'test'              => rest_url( self::REST_NAMESPACE . self::ROUTE ),
			'has_rest'          => true,
			'async_direct_test' => array( $this, 'test_connection' ),
		);
		return $tests;
	}

	public function add_route(): void {
		register_rest_route(
			self::REST_NAMESPACE,
			self::ROUTE,
			array(
				'methods'             => \WP_REST_Server::READABLE,
				'callback'            => array( $this, 'test_connection' ),
				'permission_callback' => static fn(): bool => Permission::allows(),
			)
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	public function test_connection(): array {
		if ( ! Settings::load()->enabled ) {
			$finding = new Finding(
				'connection',
				'',
				Severity::Skipped,
				__( 'The Closte integration is turned off.', 'closte-sync' )
			);
		} else {
			$finding = $this->connection_check()->run();
		}
		return $this->result( $finding, 'closte_sync_connection' );
	}

	/**
	 * Adds the section of the Info tab. It never holds the key.
	 *
	 * @param array<string, array<string, mixed>> $info The sections so far.
	 * @return array<string, array<string, mixed>>
	 */
	public function add_information( array $info ): array {
		if ( ! self::is_shown() ) {
			return $info;
		}
		$settings = Settings::load();
		$fields   = array(
			'extension'      => array( __( 'PHP extension', 'closte-sync' ), $this->services->extension()->version() ?? __( 'Not loaded', 'closte-sync' ) ),
			'plugin'         => array( __( 'Plugin', 'closte-sync' ), Extension::plugin_version() ),
			'hindrance'      => array( __( 'Sending and checking', 'closte-sync' ), $this->services->readiness()->problem() ?? __( 'Possible', 'closte-sync' ) ),
			'next_run'       => array( __( 'Next background run', 'closte-sync' ), $this->next_run() ),
			'enabled'        => array(
				__( 'Integration', 'closte-sync' ),
				$settings->enabled ? __( 'On', 'closte-sync' ) : __( 'Off', 'closte-sync' ),
			),
			'key'            => array( __( 'API key', 'closte-sync' ), self::key_state() ),
			'check_interval' => array( __( 'DNS check interval', 'closte-sync' ), (string) $settings->check_interval ),
			'targets'        => array( __( 'Addresses of this network', 'closte-sync' ), implode( ', ', $settings->effective_targets() ) ),
			'www'            => array( __( 'www names', 'closte-sync' ), $settings->www->label() ),
			'subdomains'     => array( __( 'Subdomains of this network', 'closte-sync' ), $settings->subdomains->label() ),
			'resolvers'      => array( __( 'DNS resolvers', 'closte-sync' ), array() === $settings->resolvers ? self::default_resolvers() : implode( ', ', $settings->resolvers ) ),
			'runs'           => array( __( 'Background processing by', 'closte-sync' ), 'action-scheduler' === $this->services->scheduler()->carrier() ? 'Action Scheduler' : 'WP-Cron' ),
		);
		try {
			foreach ( $this->services->ledger_search()->counts_by_state( $this->services->readiness()->hindrance() ) as $state => $count ) {
				$fields[ "state_$state" ] = array(
					/* translators: %s: who must act for a domain */
					sprintf( __( 'Status of domains: %s', 'closte-sync' ), State::from( $state )->label() ),
					(string) $count,
				);
			}
			foreach ( $this->services->ledger_search()->counts_by_stage() as $stage => $count ) {
				$fields[ "stage_$stage" ] = array(
					/* translators: %s: a stage */
					sprintf( __( 'Domains: %s', 'closte-sync' ), Stage::tryFrom( $stage )?->label() ?? $stage ),
					(string) $count,
				);
			}
		} catch ( Database_Exception $e ) {
			$fields['ledger'] = array( __( 'List of domains', 'closte-sync' ), $e->getMessage() );
		}
		$info['closte-sync'] = array(
			'label'  => __( 'Closte', 'closte-sync' ),
			'fields' => array_map(
				static fn( array $field ): array => array(
					'label' => $field[0],
					'value' => $field[1],
				),
				$fields
			),
		);
		return $info;
	}

	private function next_run(): string {
		try {
			$next = $this->services->scheduler()->next_run();
		} catch ( Database_Exception $e ) {
			return $e->getMessage();
		}

		return null === $next ? __( 'None', 'closte-sync' ) : gmdate( 'Y-m-d H:i:s', $next ) . ' UTC';
	}

	/**
	 * The resolvers that are asked where the settings name none.
	 */
	private static function default_resolvers(): string {
		$named = trim( (string) ini_get( 'closte.resolvers' ) );
		return '' === $named
			? __( 'Those of this server', 'closte-sync' )
			/* translators: 1: addresses, 2: name of a setting of php.ini */
			: sprintf( __( '%1$s (%2$s in php.ini)', 'closte-sync' ), $named, 'closte.resolvers' );
	}

	/**
	 * @return array<string, array{string, callable(): Finding}>
	 */
	private function network_tests(): array {
		$check      = new Network_Check(
			$this->services->ledger(),
			$this->services->ledger_search(),
			$this->services->scheduler(),
			$this->services->domain_names(),
			time()
		);
		$attention  = new Attention_Check(
			$this->services->attention(),
			$this->services->domain_names(),
			$this->services->readiness()->hindrance(),
			time()
		);
		$mappings   = new Mapping_Check( $this->services->database(), $this->services->sources() );
		$login      = Login_Check::of( $this->services );
		$activation = new Activation_Check( $this->services->networks() );
		return array(
			'cron'         => array( __( 'Closte: background processing', 'closte-sync' ), $check->cron( ... ) ),
			'networks'     => array( __( 'Closte: networks', 'closte-sync' ), $activation->run( ... ) ),
			'network'      => array( __( 'Closte: domains that need a network admin', 'closte-sync' ), $attention->network( ... ) ),
			'owner'        => array( __( 'Closte: domains that need their owner', 'closte-sync' ), $attention->owner( ... ) ),
			'waiting'      => array( __( 'Closte: domains that wait', 'closte-sync' ), $attention->waiting( ... ) ),
			'mappings'     => array( __( 'Closte: domain mappings', 'closte-sync' ), $mappings->run( ... ) ),
			'login'        => array( __( 'Closte: login on mapped domains', 'closte-sync' ), $login->run( ... ) ),
			'settings'     => array( __( 'Closte: settings', 'closte-sync' ), $check->settings( ... ) ),
			'unreadable'   => array( __( 'Closte: rows that cannot be read', 'closte-sync' ), $check->unreadable( ... ) ),
			'certificates' => array( __( 'Closte: certificates', 'closte-sync' ), $check->certificates( ... ) ),
			'moved_away'   => array( __( 'Closte: domains that no longer point here', 'closte-sync' ), $check->moved_away( ... ) ),
		);
	}

	/**
	 * Runs a test that reads the ledger, and says so when the database fails.
	 *
	 * @param callable(): Finding $find The test.
	 * @return array<string, mixed>
	 */
	private function safely( callable $find, string $name ): array {
		try {
			$finding = $find();
		} catch ( Database_Exception $e ) {
			$problem = __( 'The list of domains cannot be read.', 'closte-sync' );
			$finding = new Finding( 'ledger', '', Severity::Error, $problem, $e->getMessage() );
		}
		return $this->result( $finding, $name );
	}

	/**
	 * @return array<string, mixed>
	 */
	private function result( Finding $finding, string $test ): array {
		$is_well = in_array( $finding->severity, array( Severity::Ok, Severity::Skipped ), true );
		return array(
			'label'       => esc_html( $finding->message ),
			'status'      => match ( $finding->severity ) {
				Severity::Ok, Severity::Skipped => 'good',
				Severity::Warning               => 'recommended',
				Severity::Error                 => 'critical',
			},
			'badge'       => array(
				'label' => __( 'Closte', 'closte-sync' ),
				'color' => 'blue',
			),
			'description' => '<p>' . esc_html(
				'' !== $finding->advice
					? $finding->advice
					: __( 'The domains of this network are sent to Closte, which serves them and issues their certificates.', 'closte-sync' )
			) . '</p>' . self::lines( $finding ),
			'actions'     => $is_well ? '' : sprintf(
				'<p><a href="%s">%s</a> <a href="%s">%s</a></p>',
				esc_url( $this->domains_url ),
				esc_html__( 'Domains', 'closte-sync' ),
				esc_url( $this->settings_url ),
				esc_html__( 'Settings', 'closte-sync' )
			),
			'test'        => $test,
		);
	}

	/**
	 * Where the key is, without any of its characters: this is copied into forums.
	 */
	private static function key_state(): string {
		$key = Key_Provider::find();
		return match ( true ) {
			null !== $key              => $key->place(),
			Key_Store::is_unreadable() => __( 'Stored, but cannot be read because WordPress’s salts have changed', 'closte-sync' ),
			default                    => __( 'Missing', 'closte-sync' ),
		};
	}

	/**
	 * Whether this is for the current user, or for WordPress's own weekly check.
	 */
	private static function is_shown(): bool {
		return Permission::allows() || wp_doing_cron();
	}

	/**
	 * An admin may have said meanwhile what it is.
	 */
	private function identity(): Finding {
		return ( new Identity_Check( $this->services->readiness() ) )->run() ?? new Finding(
			'identity',
			'',
			Severity::Ok,
			__( 'The list of domains belongs to this network.', 'closte-sync' )
		);
	}

	private static function lines( Finding $finding ): string {
		return array() === $finding->lines ? '' : '<pre>' . esc_html( implode( "\n", $finding->lines ) ) . '</pre>';
	}

	private function extension_check(): Extension_Check {
		return new Extension_Check( $this->services->extension(), time(), stand_in: $this->services->sources()->stand_in() );
	}

	private function connection_check(): Connection_Check {
		return new Connection_Check( $this->services->extension() );
	}
}
