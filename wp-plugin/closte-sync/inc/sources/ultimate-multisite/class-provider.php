<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Settings\Permission;
use ClosteSync\Sync\Services;

/**
 * Takes the place of Ultimate Multisite's built-in Closte integration. Where this PHP lacks the extension, the built-in one
 * stays for what it can do without harm: see {@see Queue_Listener::forbids_built_in()}.
 */
final class Provider {

	/** What it has silenced while one action is carried out. */
	private readonly Callback_Suspender $callback_suspender;

	/**
	 * @param string $source The id of the source.
	 */
	public function __construct( private readonly Services $services, private readonly string $source ) {
		$this->callback_suspender = Queue_Listener::callback_suspender();
	}

	/**
	 * @param object $registry Ultimate Multisite's Integration_Registry.
	 */
	public function register_integration( object $registry ): void {
		if ( $this->services->extension()->is_usable() ) {
			$registry->register( new Closte_Integration( $this->services->extension() ) );
		}
	}

	/**
	 * @param object $registry Ultimate Multisite's Integration_Registry.
	 */
	public function register_capability( object $registry ): void {
		if ( $this->services->extension()->is_usable() ) {
			$settle = fn( string $domain, int $site_id ) => $this->services->error_boundary()->run(
				fn() => $this->settle( $domain, $site_id )
			);

			$registry->add_capability( Bridge::ID, new Closte_Domain_Mapping( $settle ) );
		}
	}

	/**
	 * One of its queued actions is carried out.
	 */
	public function queued( string $hook, mixed $domain, mixed $site_id ): void {
		$this->callback_suspender->restore();

		$domain = is_string( $domain ) ? $domain : '';

		// What a copy of the network must not send, the built-in one must not send either.
		if ( $this->is_ours( $hook, $domain ) || $this->services->readiness()->is_another_network() ) {
			$this->callback_suspender->silence( $hook );
		}

		if ( '' !== $domain ) {
			$this->queue_listener()->domain( $domain, (int) $site_id );
		}
	}

	private function is_ours( string $hook, string $domain ): bool {
		$readiness = $this->services->readiness();

		return match ( true ) {
			$readiness->is_switched_off() => false,
			$readiness->is_ready()        => true,
			'' === $domain                => false,
			default                       => $this->queue_listener()->forbids_built_in( $hook, $domain ),
		};
	}

	/**
	 * It was carried out: the next one may be none of ours.
	 */
	public function after_queued(): void {
		$this->callback_suspender->restore();
	}

	/**
	 * Its connection test can be asked for by any user with an account, and from any other site, for its script sends no
	 * nonce. For Closte it cannot.
	 */
	public function before_connection_test(): void {
		$integration = sanitize_key( wp_unslash( $_REQUEST['integration'] ?? '' ) ); // phpcs:ignore WordPress.Security.NonceVerification -- there is none; only refused here.

		if ( Bridge::ID === $integration && ! ( Permission::allows() && self::comes_from_network_admin() ) ) {
			wp_send_json_error( array( 'message' => __( 'You are not allowed to test the connection to Closte.', 'closte-sync' ) ), 403 );
		}
	}

	/**
	 * Whether the browser says that one of the network's own screens sent this form. What it says here no other site can
	 * change (Fetch Standard, "forbidden request-header"); one that says nothing is not believed.
	 */
	private static function comes_from_network_admin(): bool {
		// phpcs:disable WordPress.Security.ValidatedSanitizedInput -- only compared.
		$said = (string) wp_unslash( $_SERVER['HTTP_ORIGIN'] ?? $_SERVER['HTTP_REFERER'] ?? '' );

		return 'POST' === ( $_SERVER['REQUEST_METHOD'] ?? '' ) && '' !== $said
			&& wp_parse_url( $said, PHP_URL_HOST ) === wp_parse_url( network_admin_url(), PHP_URL_HOST );
		// phpcs:enable
	}

	private function settle( string $domain, int $site_id ): void {
		$this->queue_listener()->domain( $domain, $site_id );
	}

	private function queue_listener(): Queue_Listener {
		return new Queue_Listener(
			$this->services->sync(),
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->services->domain_names(),
			$this->source
		);
	}
}
