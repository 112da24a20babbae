<?php
/**
 * What happens on the network.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** Each event is what one request does, or a few in a row. One that finds nothing to do, because others were faster, does nothing. */
final class Events {

	/** Of a hundred events of a process without the plugin, how many activate it: it is away for a while, not for ever. */
	private const ACTIVATIONS = 40;

	private readonly Site_Events $sites;
	private readonly Mapping_Events $mappings;
	private readonly Upkeep_Events $upkeep;

	public function __construct( private readonly Session $session ) {
		$network        = new Network_State( $session->wpdb );
		$this->sites    = new Site_Events( $session, $network );
		$this->mappings = new Mapping_Events( $session, $network );
		$this->upkeep   = new Upkeep_Events( $session );
	}

	public function happen( int $number, Random $random ): void {
		$event = $random->weighted( Site_Events::WEIGHTS + Mapping_Events::WEIGHTS + Upkeep_Events::WEIGHTS );
		if ( null === $this->session->plugin && $random->percent( self::ACTIVATIONS ) ) {
			$event = 'toggle';
		}
		$group = match ( true ) {
			isset( Site_Events::WEIGHTS[ $event ] )    => $this->sites,
			isset( Mapping_Events::WEIGHTS[ $event ] ) => $this->mappings,
			default                                    => $this->upkeep,
		};
		$this->session->begin( $number, $event );
		try {
			$group->$event( $random );
		} catch ( \ClosteSync\Ledger\Database_Exception ) {
			// What is done by hand says so, and is done again by hand.
			$this->session->log->write( 'refused', $event );
		} catch ( \Error $e ) {
			// A mapping plugin that meets its own record deleted by another request ends in a fatal error, like the real one.
			if ( ! str_starts_with( $e->getFile(), (string) getenv( 'CLOSTE_CHAOS_DOUBLES' ) ) ) {
				throw $e;
			}
		}
		$this->session->end();
	}
}
