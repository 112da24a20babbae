<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

/**
 * Says as text what to change at the DNS provider.
 */
final class Records_Text {

	/**
	 * One record a line.
	 *
	 * @param list<array{action: string, type: string, name: string, value: string}> $records As
	 *        {@see \ClosteSync\Ledger\Ledger_Row::dns_records()} gives them.
	 */
	public static function of( array $records ): string {
		return implode(
			"\n",
			array_map(
				static function ( array $record ): string {
					$action = self::action( $record['action'] );

					return trim( "$action: {$record['name']} {$record['type']} {$record['value']}" );
				},
				$records
			)
		);
	}

	public static function action( string $action ): string {
		return 'delete' === $action ? __( 'Delete', 'closte-sync' ) : __( 'Set', 'closte-sync' );
	}
}
