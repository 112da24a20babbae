<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Guide;

use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Records_Table;
use ClosteSync\Settings\Settings;

/**
 * What the guide says of this very network.
 */
final class Guide_Values {

	/**
	 * @return array<string, string> HTML, by name.
	 */
	public static function of( Settings $settings ): array {
		$targets = $settings->effective_targets();

		return array(
			'settings'       => esc_url( Pages::settings_url() ),
			'domains'        => esc_url( Pages::domains_url() ),
			'health'         => esc_url( get_admin_url( get_main_site_id(), 'site-health.php?tab=debug' ) ),
			'addresses'      => '<code dir="ltr">' . implode( '</code>, <code dir="ltr">', array_map( 'esc_html', $targets ) ) . '</code>',
			'check_interval' => esc_html( number_format_i18n( $settings->check_interval ) ),
			'records'        => Records_Table::html( self::records( $targets ) ),
		);
	}

	/**
	 * The records of a domain and of its www name.
	 *
	 * @param list<string> $targets
	 * @return list<array{action: string, type: string, name: string, value: string}>
	 */
	private static function records( array $targets ): array {
		$records = array();

		foreach ( $targets as $target ) {
			$is_address = false !== filter_var( $target, FILTER_VALIDATE_IP );

			foreach ( array( '@', 'www' ) as $name ) {
				$records[] = array(
					'action' => 'set',
					'type'   => match ( true ) {
						$is_address    => str_contains( $target, ':' ) ? 'AAAA' : 'A',
						// A domain itself can have no CNAME record.
						'@' === $name  => 'ALIAS / ANAME',
						default        => 'CNAME',
					},
					'name'   => $name,
					'value'  => $target,
				);
			}
		}

		return $records;
	}
}
