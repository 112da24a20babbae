<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Ledger\Network_Identity;
use ClosteSync\Ledger\Network_Options;
use ClosteSync\Ledger\Schema;
use ClosteSync\Settings\Settings;

/**
 * Says why domains are recorded only, and not sent.
 */
final class Readiness {

	public function __construct(
		private readonly Extension $extension,
		private readonly Network_Options $options,
		private readonly Network_Identity $identity,
	) {}

	/**
	 * What keeps domains from being sent and what to do, in words; null when nothing does.
	 */
	public function problem(): ?string {
		if ( $this->is_another_network() ) {
			return $this->identity_problem() . ' ' . self::identity_advice();
		}

		if ( $this->is_switched_off() ) {
			return __( 'The integration is turned off. Changes are queued and sent once you turn it on.', 'closte-sync' );
		}

		return $this->plugin_problem() ?? $this->extension->problem() ?? $this->key_problem();
	}

	/**
	 * Why this version of the plugin leaves the ledger alone, in words; null: it does not.
	 */
	public function plugin_problem(): ?string {
		return Schema::is_newer()
			? __( 'This version of Closte Sync is older than the list of domains in the database, which a newer version has changed. Changes are queued, and this server sends nothing to Closte until its Closte Sync is updated.', 'closte-sync' )
			: null;
	}

	/**
	 * The same, whatever this process has read before: for one that goes on for long.
	 */
	public function problem_by_now(): ?string {
		$this->options->forget();

		return $this->problem();
	}

	/**
	 * The same as a word: `identity`, `off`, `plugin`, `extension`, `key`, or '' when nothing does.
	 */
	public function hindrance(): string {
		return match ( true ) {
			$this->is_another_network()          => 'identity',
			$this->is_switched_off()             => 'off',
			Schema::is_newer()                   => 'plugin',
			null !== $this->extension->problem() => 'extension',
			null === Key_Provider::find()        => 'key',
			default                              => '',
		};
	}

	/**
	 * Whether that is so because someone wants it so.
	 */
	public function is_switched_off(): bool {
		return ! Settings::load()->enabled;
	}

	/**
	 * Whether this may be a copy of the network that the ledger was written for. Then what happens is recorded, so that a
	 * network which has only moved loses nothing, and nothing is sent until someone has said which of the two it is.
	 */
	public function is_another_network(): bool {
		return $this->identity->is_another();
	}

	/**
	 * What tells this network from the one that the ledger was written for, in words; null when nothing does.
	 */
	public function identity_problem(): ?string {
		if ( ! $this->is_another_network() ) {
			return null;
		}

		$before = $this->identity->recorded();

		if ( null === $before ) {
			return __( 'The record of the network that the list of domains belongs to can no longer be read, so this may be a copy of it. Changes are queued, and nothing is sent to Closte.', 'closte-sync' );
		}

		$now     = $this->identity->current();
		$changes = array_map(
			static fn( string $part ): string => self::identity_change( $part, $before[ $part ], $now[ $part ] ),
			$this->identity->differences()
		);

		return sprintf(
			/* translators: %s: what has changed */
			__( 'The list of domains belongs to another network: %s. This network has moved or is a copy. Changes are queued, and nothing is sent to Closte until you confirm which.', 'closte-sync' ),
			implode( '; ', $changes )
		);
	}

	/**
	 * What to do about it.
	 */
	public static function identity_advice(): string {
		return __( 'If it has moved and the old one no longer exists, run "wp closte identity move". If it is a copy, run "wp closte identity copy". Network Admin has a button for each.', 'closte-sync' );
	}

	public function is_ready(): bool {
		return null === $this->problem();
	}

	/**
	 * @param string $part One of {@see Network_Identity::current()}.
	 */
	private static function identity_change( string $part, string $before, string $now ): string {
		return sprintf(
			match ( $part ) {
				/* translators: 1: domain before, 2: domain now */
				'network'     => __( 'its domain was %1$s and is %2$s', 'closte-sync' ),
				/* translators: 1: domain before, 2: domain now */
				'site'        => __( 'the domain of its main site was %1$s and is %2$s', 'closte-sync' ),
				/* translators: 1: value before, 2: value now */
				'application' => '' === $now ? __( 'CLOSTE_APP_ID was %1$s and is not defined', 'closte-sync' ) : __( 'CLOSTE_APP_ID was %1$s and is %2$s', 'closte-sync' ),
				/* translators: 1: type before, such as production, 2: type now */
				default       => __( 'its environment type was %1$s and is %2$s', 'closte-sync' ),
			},
			$before,
			$now
		);
	}

	private function key_problem(): ?string {
		return match ( true ) {
			null !== Key_Provider::find()   => null,
			Key_Store::is_unreadable() => Key_Store::unreadable() . ' ' . __( 'Changes are queued and sent once you enter it.', 'closte-sync' ),
			default                    => sprintf(
				/* translators: %s: name of the constant */
				__( 'There is no API key. Changes are queued and sent once there is one. Define %s in wp-config.php, or enter the key under Network Admin → Settings → Closte or with "wp closte key set". On Closte it is defined already.', 'closte-sync' ),
				Api_Key::NAME
			),
		};
	}
}
