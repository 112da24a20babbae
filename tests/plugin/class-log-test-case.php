<?php
/**
 * What the tests of the log share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Log\Entry;
use ClosteSync\Log\Log_Query;

require_once __DIR__ . '/class-plugin-test-case.php';

/** Each test ends with a look for the key in the whole table. */
abstract class Log_Test_Case extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'www' => 'never' ) );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_log" );
	}

	protected function assertPostConditions(): void {
		$this->assertStringNotContainsString( $this->env( 'key' ), (string) wp_json_encode( $this->wpdb->get_results( "SELECT * FROM {$this->wpdb->base_prefix}closte_sync_log" ) ) );
	}

	/**
	 * All entries, the oldest first.
	 *
	 * @return list<Entry>
	 */
	protected function entries(): array {
		return $this->plugin->log_table()->query( new Log_Query( newest_first: false, per_page: null ) );
	}

	/** @return list<string> */
	protected function lines(): array {
		return array_map( self::words( ... ), $this->entries() );
	}

	/**
	 * @param callable(Entry): string $line
	 * @return list<string>
	 */
	protected function sorted( callable $line ): array {
		$lines = array_map( $line, $this->entries() );
		sort( $lines );

		return $lines;
	}

	protected static function words( Entry $entry ): string {
		return implode( ' ', array( $entry->action->value, $entry->outcome->value, $entry->reason->value, '' === $entry->source ? '-' : $entry->source, $entry->actor->value ) );
	}

	protected function clear(): void {
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_log" );
	}

	/** @return int Who it is now. */
	protected function log_in(): int {
		$user = $this->create_user( 'super' );
		wp_set_current_user( $user );

		return $user;
	}
}
