<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Ledger_Search;

/**
 * Finds out whether a domain is theirs who want to add it: its DNS points here, or has a TXT record with their token.
 */
final class Ownership {

	/** Seconds for each of the two lookups: somebody waits for them. */
	private const SECONDS = 4.0;

	public function __construct(
		private readonly Extension $extension,
		private readonly Domain_Names $names,
		private readonly Ledger_Search $search,
	) {}

	/**
	 * @throws \Closte\ClosteException                 When the name is none, or a setting is wrong.
	 * @throws \ClosteSync\Ledger\Database_Exception   When the database fails.
	 */
	public function look( Claim $claim, int $blog_id ): Ownership_Result {
		$points_here = $this->points_here( $claim->domain );

		if ( $points_here && $this->may_point_here_for( $claim->domain, $blog_id ) ) {
			return new Ownership_Result( true, true );
		}

		$found = $this->extension->check_ownership( $claim->domain, $claim->token, self::SECONDS );

		return new Ownership_Result( $found['proven'], $points_here, $found['name'], $found['error'] );
	}

	/**
	 * Where another site has a name under the same registrable domain, a wildcard record of its owner may lead here.
	 */
	private function may_point_here_for( string $domain, int $blog_id ): bool {
		$registrable = $this->names->registrable( $domain );

		return null !== $registrable && ! $this->search->has_another_site_under( $registrable, $blog_id );
	}

	private function points_here( string $domain ): bool {
		$report = $this->extension->check_dns( $domain, self::SECONDS );

		return \Closte\DnsState::Here === $report->state && ! $report->intercepted;
	}
}
