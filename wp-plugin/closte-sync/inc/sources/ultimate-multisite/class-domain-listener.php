<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Ledger\Wanted;
use ClosteSync\Sync\Services;
use ClosteSync\Sync\Sync;

/**
 * Hands the mappings that Ultimate Multisite's synchronous hooks tell of to {@see Sync}, so that nobody waits for its queue.
 * These hooks are the same in all its 2.x versions.
 */
final class Domain_Listener {

	/** What its transition hook calls the old value of a new record. */
	private const NEW_RECORD = 'new';

	private readonly Sync $sync;

	/**
	 * @param string $source The id of the source.
	 */
	public function __construct( private readonly Services $services, private readonly string $source ) {
		$this->sync = $services->sync();
	}

	/**
	 * A record is about to be written.
	 *
	 * @param mixed $record The domain record as it will be.
	 */
	public function before_save( mixed $record ): void {
		if ( ! is_object( $record ) || ! method_exists( $record, 'get_domain' ) ) {
			return;
		}

		// It is refused after this hook, and no other one tells of that.
		if ( method_exists( $record, 'validate' ) && is_wp_error( $record->validate() ) ) {
			return;
		}

		$domain = (string) $record->get_domain();
		$stored = $record->get_id() && function_exists( 'wu_get_domain' ) ? wu_get_domain( (int) $record->get_id() ) : null;
		$old    = is_object( $stored ) ? (string) $stored->get_domain() : '';

		if ( '' === $domain || $domain === $old ) {
			return;
		}

		$this->sync->domain_expected( $domain, $this->site_id( $record ), $this->source );

		if ( '' !== $old ) {
			$this->sync->await_confirmation( array( $old ) );
		}
	}

	/**
	 * A record was written with another domain than before.
	 *
	 * @param mixed $old       The domain before, or `new`.
	 * @param mixed $current   The domain now.
	 * @param mixed $record_id Of the domain record.
	 */
	public function transition( mixed $old, mixed $current, mixed $record_id ): void {
		if ( ! is_string( $current ) || '' === $current || $old === $current ) {
			return;
		}

		$record  = function_exists( 'wu_get_domain' ) ? wu_get_domain( (int) $record_id ) : null;
		$blog_id = is_object( $record ) ? $this->site_id( $record ) : 0;

		$this->sync->domain_added( $current, $blog_id, $this->source );

		if ( is_string( $old ) && '' !== $old && self::NEW_RECORD !== $old ) {
			$this->sync->domain_removed( $old, $blog_id, $this->source );
		}
	}

	/**
	 * A record that was there was written: with another site perhaps, of which no other hook tells. And people have a domain
	 * looked at again by giving its record a stage in which it is checked, be it the one that it has.
	 *
	 * @param mixed $record The domain record.
	 */
	public function saved( mixed $record ): void {
		if ( ! is_object( $record ) || ! method_exists( $record, 'get_stage' ) ) {
			return;
		}

		$domain = (string) $record->get_domain();
		$this->follow_site( $domain, $this->site_id( $record ) );

		$is_due = Record_Stage::asks_for_a_look( (string) $record->get_stage() ) && $this->sync->look_again( $domain );

		if ( $is_due && $this->services->readiness()->is_ready() ) {
			( new Record_Log( $this->services->domain_names() ) )->will_be_looked_at( $domain );
		}
	}

	/**
	 * @param string     $domain  A domain that was mapped.
	 * @param int|string $site_id Its site.
	 */
	public function added( mixed $domain, mixed $site_id ): void {
		if ( is_string( $domain ) && '' !== $domain ) {
			$this->sync->domain_added( $domain, (int) $site_id, $this->source );
		}
	}

	/**
	 * @param mixed $domain A domain whose mapping was deleted.
	 */
	public function removed( mixed $domain, mixed $site_id ): void {
		if ( is_string( $domain ) && '' !== $domain ) {
			$this->sync->domain_removed( $domain, (int) $site_id, $this->source );
		}
	}

	/**
	 * @param mixed $record The domain record that is about to be deleted.
	 */
	public function before_delete( mixed $record ): void {
		if ( is_object( $record ) && method_exists( $record, 'get_domain' ) ) {
			$this->sync->await_confirmation( array( (string) $record->get_domain() ) );
		}
	}

	/**
	 * @param mixed $result Whether the record was deleted.
	 * @param mixed $record The domain record.
	 */
	public function deleted( mixed $result, mixed $record ): void {
		if ( $result && ! is_wp_error( $result ) && is_object( $record ) ) {
			$this->removed( $record->get_domain(), $this->site_id( $record ) );
		}
	}

	/**
	 * Makes the ledger say which site has the domain, if that is news. A record of a site that does not exist maps nothing.
	 */
	private function follow_site( string $domain, int $site_id ): void {
		$domain = $this->services->domain_names()->canonical( $domain );
		$row    = $this->services->ledger()->find( $domain );

		if ( null !== $row && Wanted::Present === $row->wanted && $row->blog_id === $site_id ) {
			return;
		}

		$wanted = $this->services->desired_domains()->wanted( array( $domain ) );
		$owner  = $wanted[ $domain ] ?? null;

		if ( null !== $owner ) {
			$this->sync->domain_moved( $domain, $owner['blog_id'], $owner['source'] );
		} elseif ( null !== $row && ! array_key_exists( $domain, $wanted ) ) {
			$this->sync->domain_removed( $domain, $row->blog_id, $this->source );
		}
	}

	private function site_id( object $record ): int {
		return (int) ( method_exists( $record, 'get_site_id' ) ? $record->get_site_id() : $record->get_blog_id() );
	}
}
