<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Sync\Readiness;

/**
 * Says whether anything can be sent, in the words of a command.
 */
final class Sending_Status {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Ends with status 1 unless calls can be made: nothing was done then.
	 */
	public function expect(): void {
		$problem = $this->problem();
		if ( null !== $problem ) {
			Terminal::fail( $problem, $this->hint() );
		}
	}

	/**
	 * When what is recorded now is sent, in words that follow "it is sent"; null: at once.
	 */
	public function awaits(): ?string {
		return match ( true ) {
			$this->services->readiness()->is_ready()           => null,
			$this->services->readiness()->is_another_network() => __( 'once you have said whether this network has moved or is a copy', 'closte-sync' ),
			$this->services->readiness()->is_switched_off()    => __( 'once the integration is on', 'closte-sync' ),
			null !== $this->services->readiness()->plugin_problem() => __( 'once Closte Sync is updated', 'closte-sync' ),
			! $this->services->extension()->is_usable()        => __( 'once the PHP extension can be used', 'closte-sync' ),
			default                                            => __( 'once there is an API key', 'closte-sync' ),
		};
	}

	/**
	 * What to do so that it can be sent.
	 */
	public function hint(): string {
		return match ( true ) {
			$this->services->readiness()->is_another_network() => Readiness::identity_advice(),
			$this->services->readiness()->is_switched_off()    => 'wp closte enable',
			null !== $this->services->readiness()->plugin_problem(),
			! $this->services->extension()->is_usable()        => 'wp closte doctor',
			default                                            => 'wp closte key set',
		};
	}

	/**
	 * Why nothing can be sent; null when it can.
	 */
	private function problem(): ?string {
		return match ( true ) {
			$this->services->readiness()->is_ready()           => null,
			$this->services->readiness()->is_another_network() => $this->services->readiness()->identity_problem(),
			$this->services->readiness()->is_switched_off()    => __( 'The integration is off. Nothing was sent.', 'closte-sync' ),
			null !== $this->services->readiness()->plugin_problem() => $this->services->readiness()->plugin_problem(),
			! $this->services->extension()->is_usable()        => $this->services->extension()->problem(),
			Key_Store::is_unreadable()                         => Key_Store::unreadable() . ' ' . __( 'Nothing was sent.', 'closte-sync' ),
			/* translators: %s: name of the constant */
			default                                            => sprintf( __( 'No API key was found. Nothing was sent. Define %s in wp-config.php, or store the key.', 'closte-sync' ), Api_Key::NAME ),
		};
	}
}
