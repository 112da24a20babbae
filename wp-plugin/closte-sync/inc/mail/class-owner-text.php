<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Mail;

use ClosteSync\Diagnosis\Owner_Advice;
use ClosteSync\Diagnosis\Records_Text;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;

/**
 * What the owner of a site reads about its domains: plain text, in the language that is in force.
 */
final class Owner_Text {

	private function __construct(
		public readonly string $subject,
		public readonly string $message,
	) {}

	/**
	 * @param non-empty-list<Ledger_Row> $rows Domains of this site whose owner must act.
	 */
	public static function of( array $rows, \WP_Site $site, Domain_Names $names ): self {
		$title = '' === (string) $site->blogname ? $site->domain . $site->path : wp_specialchars_decode( $site->blogname, ENT_QUOTES );
		$count = count( $rows );
		$parts = array(
			sprintf(
				/* translators: %s: title of a site */
				_n( 'A domain of your site %s needs a change in its DNS:', 'Some domains of your site %s need a change in their DNS:', $count, 'closte-sync' ),
				$title
			),
		);

		foreach ( $rows as $row ) {
			array_push( $parts, ...self::about( $row, $names ) );
		}

		$parts[] = __( 'Make the change at your DNS provider: the company where you manage the domain. Afterwards the domain is checked again automatically. You do not need to reply.', 'closte-sync' );
		$parts[] = sprintf(
			/* translators: %s: address of the dashboard of a site */
			__( 'Dashboard of your site: %s', 'closte-sync' ),
			get_admin_url( (int) $site->blog_id )
		);

		return new self(
			sprintf(
				/* translators: 1: title of a site, 2: domain, 3: number of domains */
				_n( '[%1$s] Change the DNS of %2$s', '[%1$s] Change the DNS of %3$s domains', $count, 'closte-sync' ),
				$title,
				$names->shown( $rows[0]->domain ),
				number_format_i18n( $count )
			),
			implode( "\n\n", $parts ) . "\n"
		);
	}

	/**
	 * @return list<string>
	 */
	private static function about( Ledger_Row $row, Domain_Names $names ): array {
		$records = Records_Text::of( $row->dns_records() );

		return array_values(
			array_filter(
				array(
					$names->shown( $row->domain ),
					Owner_Advice::of( $row ),
					'' === $records ? '' : __( 'DNS records:', 'closte-sync' ) . "\n" . $records,
				),
				static fn( string $part ): bool => '' !== $part
			)
		);
	}
}
