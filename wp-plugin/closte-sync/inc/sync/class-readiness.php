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
use ClosteSync\Ledger\Network_Options;
use ClosteSync\Settings\Settings;

/**
 * Says why domains are recorded only, and not sent.
 */
final class Readiness {

	public function __construct( private readonly Extension $extension, private readonly Network_Options $options ) {}

	/**
	 * What keeps domains from being sent and what to do, in words; null when nothing does.
	 */
	public function problem(): ?string {
		if ( $this->is_switched_off() ) {
			return __( 'The integration is switched off: domains are recorded and will be sent once it is switched on.', 'closte-sync' );
		}

		return $this->extension->problem() ?? $this->key_problem();
	}

	/**
	 * The same, whatever this process has read before: for one that goes on for long.
	 */
	public function problem_by_now(): ?string {
		$this->options->forget();

		return $this->problem();
	}

	/**
	 * The same as a word: `off`, `extension`, `key`, or '' when nothing does.
	 */
	public function hindrance(): string {
		return match ( true ) {
			$this->is_switched_off()              => 'off',
			null !== $this->extension->problem() => 'extension',
			null === Key_Provider::find()              => 'key',
			default                               => '',
		};
	}

	/**
	 * Whether that is so because someone wants it so.
	 */
	public function is_switched_off(): bool {
		return ! Settings::load()->enabled;
	}

	public function is_ready(): bool {
		return null === $this->problem();
	}

	private function key_problem(): ?string {
		return match ( true ) {
			null !== Key_Provider::find()   => null,
			Key_Store::is_unreadable() => Key_Store::unreadable() . ' ' . __( 'Domains are recorded and will be sent once it is there.', 'closte-sync' ),
			default                    => sprintf(
				/* translators: %s: name of the constant */
				__( 'No API key was found: domains are recorded and will be sent once there is one. Define %s in wp-config.php, or enter the key at Network Admin → Settings → Closte or by "wp closte key set"; on Closte it is there already.', 'closte-sync' ),
				Api_Key::NAME
			),
		};
	}
}
