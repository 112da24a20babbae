<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Source;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Services;

defined( 'ABSPATH' ) || exit;

/**
 * Ultimate Multisite 2.x. Its synchronous hooks are heard, so that nobody waits for its queue; what it queues is heard
 * too, and Closte Sync takes the place of its built-in Closte integration.
 */
final class Ultimate_Multisite implements Source {

	public const ID = 'ultimate-multisite';

	private const NAME = 'Ultimate Multisite';

	/** They remember what they silenced while one action is carried out. */
	private ?Record_Follower $record_follower = null;
	private ?Provider $provider               = null;

	public function __construct( private readonly Services $services ) {}

	public function id(): string {
		return self::ID;
	}

	public function label(): string {
		return __( 'Ultimate Multisite mapping', 'closte-sync' );
	}

	public function is_loaded(): bool {
		return Bridge::is_there();
	}

	public function table(): string {
		return 'wu_domain_mappings';
	}

	public function register(): void {
		$on = $this->services->listen( ... );

		$on( 'wu_domain_pre_save', fn( mixed ...$given ) => $this->listener()->before_save( $given[2] ?? null ), PHP_INT_MAX, 3 );
		$on( 'wu_transition_domain_domain', fn( mixed ...$given ) => $this->listener()->transition( ...$given ), 10, 3 );
		$on( 'wu_domain_added', fn( mixed $domain, mixed $site_id ) => $this->listener()->added( $domain, $site_id ), 10, 2 );
		$on( 'wu_domain_post_save', fn( mixed ...$given ) => $this->saved( $given[1] ?? null, (bool) ( $given[2] ?? false ) ), 10, 3 );
		$on( 'wu_domain_pre_delete', fn( mixed $record = null ) => $this->listener()->before_delete( $record ) );
		$on( 'wu_domain_post_delete', fn( mixed $result, mixed $record ) => $this->listener()->deleted( $result, $record ), 10, 2 );
		$on( 'wu_domain_removed', fn( mixed $domain, mixed $site_id ) => $this->listener()->removed( $domain, $site_id ), 10, 2 );

		foreach ( array( 'wu_add_domain', 'wu_remove_domain', 'wu_add_subdomain', 'wu_remove_subdomain' ) as $queued ) {
			$on( $queued, fn( mixed $domain = '', mixed $site_id = 0 ) => $this->provider()->queued( $queued, $domain, $site_id ), 1, 2 );
			$on( $queued, fn() => $this->provider()->after_queued(), PHP_INT_MAX );
		}

		$on( 'wu_async_process_domain_stage', fn( mixed $id ) => $this->before_check( (int) $id ), 1 );
		$on( 'wu_async_process_domain_stage', fn() => $this->record_follower()->after_check(), PHP_INT_MAX );
		$on(
			'closte_sync_domain_advanced',
			fn( string $domain, Ledger_Row $row, Ledger_Row $before ) => $this->follow( $row, $before ),
			10,
			3
		);

		$on( 'add_site_option_wu_host_integrations_enabled', fn( mixed ...$given ) => $this->switched( $given[2], $given[1], array() ), 10, 3 );
		$on( 'update_site_option_wu_host_integrations_enabled', fn( mixed ...$given ) => $this->switched( $given[3], $given[1], $given[2] ), 10, 4 );

		$on( 'closte_sync_settings_saved', fn( Settings $settings ) => Bridge::switch( $settings->enabled ) );
		$on( 'admin_init', fn() => is_network_admin() && Settings::saved() && Bridge::switch( Settings::load()->enabled ) );

		add_filter( 'closte_sync_enabled_by_default', static fn( bool $enabled ): bool => $enabled || Bridge::is_switched_on() );
		add_filter( 'closte_sync_decided_settings', static fn( array $all ): array => $all + array( self::NAME => Bridge::settings() ) );
		add_filter( 'closte_sync_key_providers', $this->provide_key( ... ) );

		$on( 'wu_register_integrations', fn( object $registry ) => $this->provider()->register_integration( $registry ) );
		$on( 'wu_register_capabilities', fn( object $registry ) => $this->provider()->register_capability( $registry ) );
		// It may end the request.
		add_action( 'wp_ajax_wu_test_hosting_integration', fn() => $this->provider()->before_connection_test(), 1 );
	}

	public function reasons(): array {
		return array(
			'wu_transition_domain_domain' => array(
				'add'    => 'mapped',
				'remove' => 'unmapped',
			),
			'wu_domain_added'             => 'mapped',
			'wu_domain_post_save'         => 'mapped',
			'wu_domain_post_delete'       => 'unmapped',
			'wu_domain_removed'           => 'unmapped',
			'wu_add_domain'               => 'queue',
			'wu_remove_domain'            => 'queue',
			'wu_add_subdomain'            => 'queue',
			'wu_remove_subdomain'         => 'queue',
		);
	}

	public function can_map(): bool {
		return function_exists( 'wu_create_domain' ) && function_exists( 'wu_get_domain_by_domain' );
	}

	public function map( string $domain, int $blog_id ): ?\WP_Error {
		return $this->domain_records()->add( $domain, $blog_id );
	}

	public function unmap( string $domain, int $blog_id ): ?\WP_Error {
		return $this->domain_records()->delete( $domain, $blog_id );
	}

	public function plan_leaves( int $blog_id ): ?int {
		return Plan_Limits::domains_left( $blog_id );
	}

	public function stand_in(): ?string {
		return Bridge::is_switched_on()
			? __( 'Until then, Ultimate Multisite’s built-in Closte integration adds and removes its domains.', 'closte-sync' )
			: null;
	}

	/**
	 * @param array<string, array{label: string|\Closure(): string, key: \Closure(): string}> $providers
	 * @return array<string, array{label: string|\Closure(): string, key: \Closure(): string}>
	 */
	private function provide_key( array $providers ): array {
		return $providers + array(
			self::ID => array(
				'label' => static fn(): string => __( 'the settings of Ultimate Multisite', 'closte-sync' ),
				'key'   => static fn(): string => Bridge::credential( Api_Key::NAME ),
			),
		);
	}

	/**
	 * Domains that were there before it was switched on are not told of by any event. On every network it has switches of its own:
	 * ours follows that of the main one.
	 */
	private function switched( mixed $network_id, mixed $switches, mixed $old ): void {
		if ( get_main_network_id() === (int) $network_id && Bridge::follow_switch( $switches, $old ) ) {
			$this->services->scheduler()->reconcile_by( time() + MINUTE_IN_SECONDS );
		}
	}

	/**
	 * Its records advance with our runs, which know those of their own network alone.
	 */
	private function before_check( int $record_id ): void {
		$site = $this->services->scheduler()->run_site();

		if ( get_site( (int) $site )?->network_id === get_current_network_id() && $this->services->readiness()->is_ready() ) {
			$this->record_follower()->before_check( $record_id );
		}
	}

	private function follow( Ledger_Row $row, Ledger_Row $before ): void {
		if ( $this->is_loaded() ) {
			$this->record_follower()->follow( $row, $before );
		}
	}

	private function saved( mixed $record, bool $is_new ): void {
		if ( ! $is_new && ! $this->record_follower()->is_saving() ) {
			$this->listener()->saved( $record );
		}
	}

	private function listener(): Domain_Listener {
		return new Domain_Listener( $this->services, self::ID );
	}

	private function provider(): Provider {
		return $this->provider ??= new Provider( $this->services, self::ID );
	}

	private function record_follower(): Record_Follower {
		return $this->record_follower ??= new Record_Follower(
			$this->services->ledger(),
			$this->services->domain_names(),
			$this->domain_records(),
			$this->table()
		);
	}

	private function domain_records(): Domain_Records {
		return new Domain_Records( $this->services->domain_names() );
	}
}
