<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Admin\Domains\Domains_Poll;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Connection_Check;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Operations\Send_All;

/**
 * Answers the calls of the screens' script. Each needs the capability and its own nonce, and is open to nobody else.
 */
final class Ajax {

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		foreach ( Assets::CALLS as $action ) {
			add_action( 'wp_ajax_' . Assets::PREFIX . $action, fn() => $this->handle( $action ) );
		}

		add_filter( 'wp_refresh_nonces', self::refresh_nonces( ... ), 10, 2 );
	}

	/**
	 * Gives an open screen nonces of the log-in that is in force now, with WordPress's own.
	 *
	 * @param array<string, mixed> $response Of the heartbeat.
	 * @param mixed                $data     What the screen has sent with it.
	 * @return array<string, mixed>
	 */
	private static function refresh_nonces( array $response, mixed $data ): array {
		if ( is_array( $data ) && isset( $data['closte_sync'] ) && Guard::allows() ) {
			$response['closte_sync_nonces'] = Assets::nonces();
		}

		return $response;
	}

	/**
	 * Answers a call and ends the request.
	 *
	 * @param string $action One of {@see Assets::CALLS}.
	 */
	private function handle( string $action ): void {
		Guard::require_ajax( Assets::PREFIX . $action );
		try {
			wp_send_json_success( $this->$action() );
		} catch ( Database_Exception $e ) {
			wp_send_json_error(
				/* translators: %s: message of the database */
				array( 'message' => sprintf( __( 'The database failed: %s', 'closte-sync' ), $e->getMessage() ) ),
				500
			);
		}
	}

	/**
	 * @return array{status: string, text: string, html: string}
	 */
	private function test_connection(): array {
		$finding = ( new Connection_Check( $this->services->extension(), $this->services->circuit_breaker() ) )->run();
		$text    = trim( $finding->message . ' ' . $finding->advice );
		return array(
			'status' => $finding->severity->value,
			'text'   => $text,
			'html'   => self::notice( Flash::type_of( $finding->severity ), $text ),
		);
	}

	/**
	 * Begins to send the network's domains, or sends the next batch of them.
	 *
	 * @return array<string, mixed>
	 */
	private function send_all(): array {
		$send_all = new Send_All( $this->services );

		return ( '' === self::posted( 'continue' ) ? $send_all->start() : $send_all->go_on() )->to_array();
	}

	/**
	 * Moves due domains along, and says where those on screen stand.
	 *
	 * @return array{rows: array<int, ?string>, views: string, wait: int}
	 */
	private function poll(): array {
		$ids = array_slice( wp_parse_id_list( self::posted( 'ids' ) ), 0, 999 );
		return ( new Domains_Poll( $this->services ) )->answer( $ids, self::posted( 'url' ) );
	}

	private static function posted( string $name ): string {
		// phpcs:ignore WordPress.Security.NonceVerification.Missing, WordPress.Security.ValidatedSanitizedInput -- handle() has checked the nonce; each use checks its own.
		$value = wp_unslash( $_POST[ $name ] ?? '' );
		return is_string( $value ) ? $value : '';
	}

	private static function notice( string $type, string $text ): string {
		return wp_get_admin_notice(
			esc_html( $text ),
			array(
				'type'               => $type,
				'additional_classes' => array( 'inline' ),
			)
		);
	}
}
