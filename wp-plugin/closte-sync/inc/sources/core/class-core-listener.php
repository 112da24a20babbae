<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Core;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sync\Sync;

/**
 * Hands the domains of sites that come, change and go to {@see Sync}. That a site is archived, or marked as spam or as
 * deleted, changes nothing:
 * each can be taken back with a click, and the site's domain must be there then.
 */
final class Core_Listener {

	public function __construct(
		private readonly Sync $sync,
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Owner_Added_Domains $own,
		private readonly Domain_Names $names,
	) {}

	/**
	 * Before a site is written, when nothing speaks against it any more.
	 *
	 * @param array<string, mixed> $data As it will be written.
	 * @param mixed                $old  The site as it is; no WP_Site: it is a new one.
	 */
	public function before_write( \WP_Error $errors, array $data, mixed $old ): void {
		$old    = $old instanceof \WP_Site ? $old : null;
		$domain = (string) ( $data['domain'] ?? '' );

		if ( $errors->has_errors() || '' === $domain || ( null !== $old && $old->domain === $domain ) ) {
			return;
		}

		$blog_id = null === $old ? 0 : (int) $old->blog_id;

		if ( ! $this->desired->is_of_another_site( $domain, $blog_id ) ) {
			$this->sync->domain_expected( $domain, $blog_id, Row_Source::CORE );
		}

		if ( null !== $old ) {
			$this->sync->await_confirmation( array( $old->domain ) );
		}
	}

	/**
	 * A sub-path site on a domain that another site has brings no domain into being.
	 */
	public function created( \WP_Site $site ): void {
		if ( $this->sync->is_expected( $site->domain ) || ! $this->desired->is_of_another_site( $site->domain, (int) $site->blog_id ) ) {
			$this->sync->domain_added( $site->domain, (int) $site->blog_id, Row_Source::CORE );
		}
	}

	/**
	 * @param ?\WP_Site $current Null where another request has deleted the site since: then a run finds out about its domains.
	 */
	public function updated( ?\WP_Site $current, \WP_Site $old ): void {
		if ( null === $current || $current->domain === $old->domain ) {
			return;
		}

		$this->created( $current );
		$this->sync->domains_removed( array( $old->domain, ...$this->addresses_of( $current ) ), (int) $old->blog_id, Row_Source::CORE );
	}

	/**
	 * What the site got while this request went on, beside its address of now. Another request may have given it an address
	 * between the moment in which this one read it and that in which it wrote it: then nobody tells of the loss of that one.
	 * What it had earlier, and lost unheard, is not removed by this. The row has been made since then, or accepted by Closte: a run
	 * that checks an old row changes it as well.
	 *
	 * @return list<string>
	 */
	private function addresses_of( \WP_Site $site ): array {
		$current = $this->names->canonical( $site->domain );
		$begun   = (int) ( $_SERVER['REQUEST_TIME'] ?? time() );
		$rows    = array_filter(
			$this->ledger->find_by_blog( (int) $site->blog_id ),
			static fn( Ledger_Row $row ): bool => Row_Source::CORE === $row->source && Wanted::Present === $row->wanted
				&& $row->domain !== $current && max( $row->created_at, $row->accepted_at ) >= $begun && ! $row->is_only_expected()
		);

		return array_values( array_column( $rows, 'domain' ) );
	}

	/**
	 * What the site's admins have added goes with it, unless it was there before. What says so goes before the site.
	 */
	public function before_delete( \WP_Site $site ): void {
		$this->sync->await_confirmation( $this->domains_of( $site ) );

		foreach ( $this->ledger->find_by_blog( (int) $site->blog_id ) as $row ) {
			if ( $row->by_hand && $this->own->has( $row ) && ! $this->own->was_there( $row ) ) {
				$this->ledger->drop_by_hand( $row );
			}
		}
	}

	/**
	 * Everything that the site had goes with it, also mappings whose plugin does not listen at this time.
	 */
	public function deleted( \WP_Site $site ): void {
		$this->sync->domains_removed( $this->domains_of( $site ), (int) $site->blog_id, Row_Source::CORE );
	}

	/**
	 * @return list<string>
	 */
	private function domains_of( \WP_Site $site ): array {
		$blog_id = (int) $site->blog_id;
		$domains = array( $site->domain, ...$this->desired->mapped_to( $blog_id ) );

		foreach ( $this->ledger->find_by_blog( $blog_id ) as $row ) {
			// What is retired the site had earlier: that it is gone now says nothing of it.
			if ( Wanted::Retired !== $row->wanted ) {
				$domains[] = $row->domain;
			}
		}

		return array_values( array_unique( $domains ) );
	}
}
