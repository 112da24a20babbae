<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says in a sentence what to change at the DNS provider. The same as a table: {@see \ClosteSync\Admin\Records_Table}.
 */
final class Problem_Records {

	/**
	 * @param list<array{action: string, type: string, name: string, value: string}> $records  As a problem has them.
	 * @param bool                                                                   $replaces Whether the name has records already.
	 * @return string '' where there is nothing to change.
	 */
	public static function sentence( array $records, bool $replaces = false ): string {
		$delete = self::listed( $records, 'delete' );
		$set    = self::listed( $records, 'set' );
		$count  = count( $set );

		$deleting = array() === $delete ? '' : sprintf(
			/* translators: %s: DNS records, such as "example.com AAAA 2001:db8::1" */
			_n( 'At the DNS provider, delete this record: %s.', 'At the DNS provider, delete these records: %s.', count( $delete ), 'closte-sync' ),
			Listing::of( $delete )
		);

		$setting = match ( true ) {
			0 === $count          => '',
			$replaces             => self::replacing( $records, array() !== $delete ),
			array() === $delete   =>
				/* translators: %s: DNS records, such as "example.com A 192.0.2.1" */
				_n( 'At the DNS provider, set this record: %s.', 'At the DNS provider, set these records: %s.', $count, 'closte-sync' ),
			default               =>
				/* translators: %s: DNS records, such as "example.com A 192.0.2.1"; the sentence before names those to delete */
				_n( 'Then set this record: %s.', 'Then set these records: %s.', $count, 'closte-sync' ),
		};

		return trim( $deleting . ' ' . sprintf( $setting, Listing::of( $set ) ) );
	}

	/**
	 * With a placeholder for the records to set: they take the place of those of their types.
	 *
	 * @param list<array{action: string, type: string, name: string, value: string}> $records
	 */
	private static function replacing( array $records, bool $is_second ): string {
		$set   = array_filter( $records, static fn( array $record ): bool => 'set' === $record['action'] );
		$types = Listing::of( array_unique( array_column( $set, 'type' ) ) );
		$names = Listing::of( array_unique( array_column( $set, 'name' ) ) );
		$text  = $is_second
			/* translators: 1: types of DNS records, such as "A and AAAA", 2: domain, 3: DNS records; those to delete come before */
			? __( 'Then replace the %1$s records of %2$s with: %3$s.', 'closte-sync' )
			/* translators: 1: types of DNS records, such as "A and AAAA", 2: domain, 3: DNS records, such as "example.com A 192.0.2.1" */
			: __( 'At the DNS provider, replace the %1$s records of %2$s with: %3$s.', 'closte-sync' );

		return sprintf( $text, $types, $names, '%s' );
	}

	/**
	 * The records as zone files have them.
	 *
	 * @param list<array{action: string, type: string, name: string, value: string}> $records
	 * @return list<string>
	 */
	public static function listed( array $records, string $action ): array {
		$chosen = array_filter( $records, static fn( array $record ): bool => $action === $record['action'] );

		return array_values( array_map( static fn( array $record ): string => "{$record['name']} {$record['type']} {$record['value']}", $chosen ) );
	}
}
