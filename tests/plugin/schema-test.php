<?php
/**
 * The ledger's table on the databases that there are, new and from earlier versions.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Schema;
use ClosteSync\Ledger\Stage;
use ClosteSync\Log\Log_Query;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Schema_Test extends Plugin_Test_Case {

	protected function tearDown(): void {
		$this->plugin->schema()->drop();
		$this->plugin->schema()->upgrade();
		parent::tearDown();
	}

	/**
	 * MyISAM takes keys of 1000 bytes, InnoDB with its older row formats of 767.
	 *
	 * @dataProvider storages
	 */
	public function test_every_storage_takes_the_table( string $set, string $reset, string $storage ): void {
		$this->require_mariadb();
		$this->plugin->schema()->drop();
		$this->wpdb->query( $set );
		try {
			$this->next_request();
			$this->create_site( 'shop' );
			$status = $this->wpdb->get_row( $this->wpdb->prepare( 'SHOW TABLE STATUS LIKE %s', $this->wpdb->esc_like( $this->table() ) ) );
		} finally {
			$this->wpdb->query( $reset );
		}

		$this->assertContains( $storage, array( strtolower( $status->Engine ), strtolower( $status->Row_format ) ) );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
		$this->assertSame( 1, $this->plugin->log_table()->count( new Log_Query( domain: $this->sub( 'shop' ) ) ) );
		$this->assert_keeps_domains_apart();
	}

	/** @return array<string, array{string, string, string}> */
	public function storages(): array {
		return array(
			'MyISAM'              => array( 'SET SESSION default_storage_engine = MyISAM', 'SET SESSION default_storage_engine = DEFAULT', 'myisam' ),
			'Aria'                => array( 'SET SESSION default_storage_engine = Aria', 'SET SESSION default_storage_engine = DEFAULT', 'aria' ),
			'InnoDB, compact'     => array( 'SET GLOBAL innodb_default_row_format = compact', 'SET GLOBAL innodb_default_row_format = dynamic', 'compact' ),
			'InnoDB, redundant'   => array( 'SET GLOBAL innodb_default_row_format = redundant', 'SET GLOBAL innodb_default_row_format = dynamic', 'redundant' ),
		);
	}

	public function test_a_table_of_the_first_version_is_brought_up_to_date_with_its_rows(): void {
		$this->create_site( 'customer.example' );
		$this->plugin->ledger()->want( 'bücher', 0, Row_Source::SYNC );
		if ( ! $this->plugin->database()->is_sqlite() ) {
			$this->wpdb->query( "ALTER TABLE {$this->table()} MODIFY domain varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL" );
		}
		update_network_option( get_main_network_id(), Schema::OPTION, 1 );
		$before = $this->wpdb->get_results( "SELECT * FROM {$this->table()} ORDER BY id", ARRAY_A );
		$this->next_request();
		$this->plugin->ledger();

		$this->assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
		$this->assertSame( $before, $this->wpdb->get_results( "SELECT * FROM {$this->table()} ORDER BY id", ARRAY_A ) );
		$this->assertSame( Stage::CheckingDns, $this->row( 'customer.example' )->stage );
		$this->assertNotNull( $this->row( 'bücher' ) );
		$this->assert_keeps_domains_apart();
	}

	/** Also names that only look alike, a name as long as names get, and text of any script beside it. */
	private function assert_keeps_domains_apart(): void {
		$ledger = $this->plugin->ledger();
		$names  = array( 'bücher..example', 'bucher..example', str_repeat( 'ü', 127 ), str_repeat( 'ü', 126 ) );
		foreach ( array( ...$names, ...$names ) as $name ) {
			$ledger->want( $name, 0, Row_Source::SYNC );
		}
		foreach ( $names as $name ) {
			$this->assertSame( $name, $this->row( $name )?->domain );
		}

		$claimed = $ledger->claim( $this->row( $names[0] )->id, 'test', 30 );
		$this->assertTrue( $ledger->record( $claimed, array( 'error_message' => '„bücher“ – 域名 🙂' ) + $claimed->to_record() ) );
		$this->assertSame( '„bücher“ – 域名 🙂', $this->row( $names[0] )->error_message );
		$this->assertCount( 1, $ledger->query( new \ClosteSync\Ledger\Ledger_Query( search: 'BÜCHER.' ) ) );
	}

	private function table(): string {
		return $this->plugin->schema()->table();
	}

	private function require_mariadb(): void {
		if ( $this->plugin->database()->is_sqlite() ) {
			$this->markTestSkipped( 'SQLite has one storage only.' );
		}
	}
}
