<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** Does to the network's database what admins do who copy or move a network: nothing of the plugin knows of it. */
final class Network_Copy {

	public const DATABASE = 'copy';

	public function __construct( private readonly Servers $servers ) {}

	/** The tables as they are, one after the other, while others change them. */
	public function make(): void {
		$database = $this->database();
		$database->query( 'DROP DATABASE IF EXISTS ' . self::DATABASE );
		$database->query( 'CREATE DATABASE ' . self::DATABASE );
		foreach ( self::tables( $database, Names::DATABASE ) as $table ) {
			try {
				$database->query( sprintf( 'CREATE TABLE %s.%s LIKE %s.%2$s', self::DATABASE, $table, Names::DATABASE ) );
				$database->query( sprintf( 'INSERT INTO %s.%s SELECT * FROM %s.%2$s', self::DATABASE, $table, Names::DATABASE ) );
			} catch ( \mysqli_sql_exception $e ) {
				// Its site has been deleted since.
				if ( 1146 !== $e->getCode() ) {
					throw $e;
				}
			}
		}
		$this->rename( self::DATABASE, Names::STAGING );
	}

	/**
	 * As `wp search-replace --network` does it; the name is as long as before, so that serialized values stay right.
	 *
	 * @param string $name    Of the database.
	 * @param string $request For {@see History}.
	 */
	public function rename( string $name, string $domain, string $request = '' ): void {
		$database = $this->database();
		$database->query( 'SET ' . History::REQUEST . " = '$request'" );
		foreach ( self::tables( $database, $name ) as $table ) {
			$columns = match ( 1 ) {
				preg_match( '/^wp_(site|blogs|wu_domain_mappings|domain_mapping)$/', $table ) => array( 'domain' ),
				preg_match( '/^wp_sitemeta$/', $table )          => array( 'meta_value' ),
				preg_match( '/^wp_([0-9]+_)?options$/', $table ) => array( 'option_value' ),
				default => array(),
			};
			foreach ( $columns as $column ) {
				$database->query( sprintf( "UPDATE %s.%s SET %s = REPLACE( %3\$s, '%s', '%s' ) WHERE %3\$s LIKE '%%%4\$s%%'", $name, $table, $column, Names::NETWORK, $domain ) );
			}
		}
	}

	/** @return list<string> */
	private static function tables( \mysqli $database, string $name ): array {
		return array_column( $database->query( "SHOW TABLES FROM $name LIKE 'wp\\_%'" )->fetch_all(), 0 );
	}

	private function database(): \mysqli {
		return $this->servers->connect() ?? throw new \RuntimeException( 'The database is not there.' );
	}
}
