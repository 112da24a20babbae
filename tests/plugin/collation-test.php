<?php
/**
 * Names are compared as names, whatever the database takes for the same.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use Mercator\Mapping;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Collation_Test extends Plugin_Test_Case {

	/**
	 * The types of columns to put back, by table.
	 *
	 * @var array<string, string>
	 */
	private array $before = array();

	public static function setUpBeforeClass(): void {
		require_once dirname( __DIR__ ) . '/support/doubles/mercator/class-mapping.php';
	}

	protected function setUp(): void {
		parent::setUp();
		Mapping::install();
	}

	protected function tearDown(): void {
		foreach ( $this->before as $table => $type ) {
			'NOCASE' === $type ? $this->make_anew( $table, $type ) : $this->wpdb->query( "ALTER TABLE $table MODIFY domain $type NOT NULL" );
		}
		parent::tearDown();
	}

	/** @dataProvider columns */
	public function test_a_site_keeps_its_domain_in_whatever_case_it_is_written( string $column ): void {
		$this->alter( 'blogs', $column );
		$this->set( array( 'www' => 'always' ) );
		$id = $this->create_site( 'Shop.Upper-Case.com' );
		$this->assertSame( 'Shop.Upper-Case.com', get_site( $id )->domain );
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array( 'shop.upper-case.com', 'www.shop.upper-case.com' ), $this->emulator->domains() );
		$this->assertSame( array( 'add shop.upper-case.com', 'add www.shop.upper-case.com' ), $this->sorted( $this->changes() ) );
		$this->assertTrue( $this->plugin->desired_domains()->is_of_another_site( 'shop.UPPER-case.com', 1 ) );

		wp_delete_site( $id );
		$this->next_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	/** @dataProvider columns */
	public function test_a_mapping_keeps_its_domain_in_whatever_case_it_is_written( string $column ): void {
		$this->alter( 'domain_mapping', $column );
		$mapping = Mapping::create( 1, 'Customer-One.COM' );
		$this->next_request();
		$this->plugin->sync()->domain_removed( 'customer-one.com', 1, 'mercator' );
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array( 'customer-one.com', 'www.customer-one.com' ), $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );

		$mapping->delete();
		$this->next_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	/** @dataProvider columns */
	public function test_a_ledger_whose_names_are_compared_otherwise_knows_its_rows( string $column ): void {
		$this->alter( 'closte_sync_domains', $column );
		$this->set( array( 'www' => 'always' ) );
		$id = $this->create_site( 'Shop.Upper-Case.com' );
		wp_update_site( $id, array( 'domain' => 'SHOP.upper-case.com' ) );
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array( 'add shop.upper-case.com', 'add www.shop.upper-case.com' ), $this->sorted( $this->changes() ) );
		$this->assertSame( 2, $this->plugin->ledger_search()->count() );

		wp_delete_site( $id );
		$this->next_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	/** @return array<string, array{string}> */
	public function columns(): array {
		return array(
			'case-sensitive text' => array( 'varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' ),
			'bytes'               => array( 'varbinary(191)' ),
			'the usual'           => array( 'varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci' ),
		);
	}

	/** @dataProvider international_names */
	public function test_an_internationalised_name_is_found_as_it_is_written( string $written, string $canonical ): void {
		foreach ( $this->columns() as list( $column ) ) {
			$this->alter( 'domain_mapping', $column );
			$mapping = Mapping::create( 1, $written );
			$this->next_request();
			$this->let_time_pass( 120 );
			$this->run_due();

			$this->assertSame( array( "www.$canonical", $canonical ), $this->emulator->domains(), $column );
			$this->assertSame( array( "add www.$canonical", "add $canonical" ), $this->sorted( $this->changes() ), $column );
			$mapping->delete();
			$this->next_request();
			$this->assertSame( array(), $this->emulator->domains(), $column );
			$this->emulator->clear();
		}
	}

	/** @return array<string, array{string, string}> */
	public function international_names(): array {
		return array(
			'capitals'       => array( 'BÜCHER.Example', 'xn--bcher-kva.example' ),
			'one capital'    => array( 'bÜcher.example', 'xn--bcher-kva.example' ),
			'decomposed'     => array( "bu\u{308}cher.example", 'xn--bcher-kva.example' ),
			'its own dot'    => array( 'お名前。example', 'xn--t8jx73hngb.example' ),
			'a dot at last'  => array( 'BÜCHER.example.', 'xn--bcher-kva.example' ),
			'its A-label'    => array( 'XN--Bcher-KVA.example', 'xn--bcher-kva.example' ),
		);
	}

	public function test_the_usual_column_is_asked_by_its_index_alone(): void {
		if ( $this->plugin->database()->is_sqlite() ) {
			$this->markTestSkipped( 'SQLite compares what it can, and the rest is read.' );
		}
		$asked = array();
		add_filter(
			'query',
			static function ( string $sql ) use ( &$asked ): string {
				$asked[] = $sql;
				return $sql;
			}
		);
		$this->plugin->desired_domains()->wants( 'nobody.example' );

		$this->assertSame( array(), preg_grep( '/LOWER\(/', $asked ) );
		$this->assertNotSame( array(), preg_grep( '/nobody\.example/', $asked ) );
	}

	/** Makes a table's names a column of this type. The drop-in for SQLite ignores collations, so there the table is made anew. */
	private function alter( string $table, string $column ): void {
		$name = $this->wpdb->base_prefix . $table;

		if ( $this->plugin->database()->is_sqlite() ) {
			$this->before[ $name ] = 'NOCASE';
			$this->make_anew( $name, str_ends_with( $column, '_ci' ) ? 'NOCASE' : 'BINARY' );
			return;
		}

		$this->before[ $name ] = 'closte_sync_domains' === $table ? 'varbinary(255)' : 'varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci';
		$this->assertNotFalse( $this->wpdb->query( "ALTER TABLE $name MODIFY domain $column NOT NULL" ), $this->wpdb->last_error );
	}

	private function make_anew( string $table, string $collation ): void {
		$sqlite = $this->wpdb->dbh->get_connection()->get_pdo();
		$made   = $sqlite->query( "SELECT sql FROM sqlite_master WHERE tbl_name = '$table' AND sql IS NOT NULL ORDER BY type = 'table' DESC" )->fetchAll( \PDO::FETCH_COLUMN );
		$there  = (string) array_shift( $made );
		$new    = (string) preg_replace( '/([`"]domain[`"] TEXT COLLATE )\w+/', "\$1$collation", $there );

		$this->assertStringContainsString( "TEXT COLLATE $collation", $new );
		$sqlite->exec( "CREATE TEMPORARY TABLE kept AS SELECT * FROM `$table`" );
		$sqlite->exec( "DROP TABLE `$table`" );
		array_map( $sqlite->exec( ... ), array( $new, ...$made ) );
		$sqlite->exec( "INSERT INTO `$table` SELECT * FROM kept" );
		$sqlite->exec( 'DROP TABLE kept' );
	}

	/**
	 * @param list<string> $list
	 * @return list<string>
	 */
	private function sorted( array $list ): array {
		sort( $list );

		return $list;
	}
}
