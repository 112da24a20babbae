<?php
/**
 * The ledger's table on the databases that there are, new and from earlier versions.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Ledger_Row;
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
		$this->plugin->schema()->drop();
		$this->wpdb->query( str_replace( '%i', $this->table(), (string) file_get_contents( __DIR__ . '/schema-1.sql' ) ) );
		$rows = array(
			'customer.example' => array( 'stage' => 'checking-dns', 'accepted_at' => 5 ),
			'bücher'           => array( 'stage' => 'pending' ),
			'doubtful.example' => array( 'stage' => 'pending', 'doubtful' => 1 ),
			'refused.example'  => array( 'stage' => 'failed', 'error_kind' => 'rejected', 'accepted_at' => 5 ),
			'invalid.example'  => array( 'stage' => 'failed', 'error_kind' => 'invalid-domain' ),
			'elsewhere.example' => array( 'stage' => 'failed', 'accepted_at' => 5 ),
			'gone.example'     => array( 'stage' => 'removing', 'wanted' => 'absent' ),
			'done.example'     => array( 'stage' => 'done', 'accepted_at' => 5 ),
		);
		foreach ( $rows as $domain => $columns ) {
			$this->assertSame( 1, $this->wpdb->insert( $this->table(), $columns + array( 'domain' => $domain, 'error_message' => '', 'problems' => '[]', 'next_check_at' => 7 ) ) );
		}
		update_network_option( get_main_network_id(), Schema::OPTION, 1 );
		$this->next_request();
		$ledger = $this->plugin->ledger();

		$this->assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
		$this->assertSame(
			array(
				'customer.example'  => '',
				'bücher'            => 'add',
				'doubtful.example'  => 'add',
				'refused.example'   => 'add',
				'invalid.example'   => 'add',
				'elsewhere.example' => '',
				'gone.example'      => 'remove',
				'done.example'      => '',
			),
			array_column( iterator_to_array( $ledger->all(), false ), 'next_call', 'domain' )
		);
		$this->assertSame(
			array( 'waiting', 'waiting', 'waiting', 'network-must-act', 'network-must-act', 'owner-must-act', 'leaving', 'working' ),
			array_map( static fn( Ledger_Row $row ): string => $row->state->value, iterator_to_array( $ledger->all(), false ) )
		);
		$this->assertSame( array( 'doubtful.example' ), array_keys( array_filter( array_column( iterator_to_array( $ledger->all(), false ), 'needs_confirmation', 'domain' ) ) ) );
		$this->assertSame( array( Stage::CheckingDns, 5, 7 ), array( $this->row( 'customer.example' )->stage, $this->row( 'customer.example' )->accepted_at, $this->row( 'customer.example' )->next_check_at ) );
		$this->assertEqualsCanonicalizing( array_column( $this->wpdb->get_results( "SHOW COLUMNS FROM {$this->table()}" ), 'Field' ), array_keys( $this->row( 'bücher' )->to_array() ) );
		$this->assert_keeps_domains_apart();

		// Once more, as two requests may.
		$before = $this->wpdb->get_results( "SELECT * FROM {$this->table()} ORDER BY id" );
		update_network_option( get_main_network_id(), Schema::OPTION, 1 );
		$this->next_request();
		$this->plugin->ledger();
		$this->assertEquals( $before, $this->wpdb->get_results( "SELECT * FROM {$this->table()} ORDER BY id" ) );
	}

	public function test_an_updated_table_has_the_keys_of_a_new_one(): void {
		$new = $this->keys();
		$this->plugin->schema()->drop();
		$this->wpdb->query( str_replace( '%i', $this->table(), (string) file_get_contents( __DIR__ . '/schema-1.sql' ) ) );
		update_network_option( get_main_network_id(), Schema::OPTION, 1 );
		$this->next_request();
		$this->plugin->ledger();
		$this->assertSame( $new, $this->keys() );

		// As the version before the last step had them, which may have been interrupted.
		$this->wpdb->query( "ALTER TABLE {$this->table()} DROP KEY claims, ADD KEY claims (lease_owner, next_call, next_check_at), ADD KEY leased (lease_owner, next_check_at)" );
		$this->wpdb->query( "ALTER TABLE {$this->table()} DROP KEY source_list, ADD KEY source_list (source, state, base_name, stage)" );
		update_network_option( get_main_network_id(), Schema::OPTION, 9 );
		$this->next_request();
		$this->plugin->ledger();
		$this->assertSame( $new, $this->keys() );
	}

	/**
	 * @testWith [4]
	 *           [5]
	 *           [6]
	 *           [7]
	 *           [0]
	 */
	public function test_a_domain_that_waits_for_its_dns_is_not_sent_by_an_update( int $version ): void {
		$this->plugin->ledger()->want( 'www.shop.example', 0, Row_Source::WWW );
		$this->set_rows( "stage = 'pending', next_call = ''" );
		update_network_option( get_main_network_id(), Schema::OPTION, $version );
		$this->next_request();
		$this->plugin->ledger();

		$this->assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
		$this->assertSame( '', $this->row( 'www.shop.example' )->next_call );
	}

	public function test_who_was_marked_as_told_but_was_not_is_told_after_an_update(): void {
		foreach ( array( 'live', 'archived', 'spam', 'deleted', 'moved' ) as $name ) {
			$sites[ $name ] = $this->create_site( $name );
			$this->plugin->ledger()->want( "$name.example", $sites[ $name ], Row_Source::CORE );
			$this->set_rows( "told_blog_id = {$sites[ $name ]}", "$name.example" );

			if ( in_array( $name, array( 'archived', 'spam', 'deleted' ), true ) ) {
				$this->wpdb->update( $this->wpdb->blogs, array( $name => '1' ), array( 'blog_id' => $sites[ $name ] ) );
			}
		}
		$this->set_rows( "told_blog_id = {$sites['live']}", 'moved.example' );
		$this->wpdb->query( "ALTER TABLE {$this->table()} DROP KEY told" );
		update_network_option( get_main_network_id(), Schema::OPTION, 7 );
		$this->next_request();
		$this->plugin->ledger();

		$told = static fn( Ledger_Row $row ): bool => $row->told_blog_id > 0;
		$this->assertSame( array( 'live.example' ), array_column( array_filter( iterator_to_array( $this->plugin->ledger()->all(), false ), $told ), 'domain' ) );

		// Who was told since then is not told again by a later update.
		$this->wpdb->update( $this->wpdb->blogs, array( 'archived' => '1' ), array( 'blog_id' => $sites['live'] ) );
		update_network_option( get_main_network_id(), Schema::OPTION, 9 );
		$this->next_request();
		$this->assertSame( $sites['live'], $this->plugin->ledger()->find( 'live.example' )->told_blog_id );
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

		$claimed = $this->plugin->leases()->claim( $this->row( $names[0] )->id, 'test', 30 );
		$this->assertTrue( $this->plugin->leases()->record( $claimed, array( 'error_message' => '„bücher“ – 域名 🙂' ) + $claimed->to_record() ) );
		$this->assertSame( '„bücher“ – 域名 🙂', $this->row( $names[0] )->error_message );
		$this->assertCount( 1, $this->plugin->ledger_search()->query( new \ClosteSync\Ledger\Ledger_Query( search: 'BÜCHER.' ) ) );
	}

	/** @return array<string, list<string>> Columns by key. */
	private function keys(): array {
		$keys = array();
		foreach ( $this->wpdb->get_results( "SHOW INDEX FROM {$this->table()}" ) as $part ) {
			$keys[ $part->Key_name ][ (int) $part->Seq_in_index ] = $part->Column_name;
		}
		ksort( $keys );

		return array_map( 'array_values', $keys );
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
