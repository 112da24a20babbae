<?php
/**
 * A domain mapping plugin that nobody has heard of yet.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Container;
use ClosteSync\Domains\Source;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Log\Action;
use ClosteSync\Log\Reason;
use ClosteSync\Sync\Services;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Sources_Test extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();

		$this->wpdb->query( "CREATE TABLE {$this->table()} ( id bigint PRIMARY KEY, blog_id bigint, domain varchar(255) )" );

		$this->plugin = new class( $this->wpdb ) extends Container {
			public function sources(): Source_Registry {
				return new Source_Registry( Sources_Test::made_up( $this ) );
			}
		};
		$this->plugin->sources()->register();
	}

	protected function tearDown(): void {
		$this->wpdb->query( "DROP TABLE {$this->table()}" );
		parent::tearDown();
	}

	public function test_one_class_is_all_that_a_mapping_plugin_takes(): void {
		$id = $this->create_site( 'shop' );
		$this->wpdb->insert( $this->table(), array( 'id' => 1, 'blog_id' => $id, 'domain' => 'Customer.example' ) );
		do_action( 'made_up.mapped', 'customer.example', $id );

		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertContains( 'www.customer.example', $this->emulator->domains() );
		$this->assertNull( $this->row( 'customer.example' )->defect() );
		$this->assertSame( array( 'made-up', $id ), array( $this->row( 'customer.example' )->source, $this->row( 'customer.example' )->blog_id ) );
		$this->assertSame( array( 'blog_id' => $id, 'source' => 'made-up' ), iterator_to_array( $this->plugin->desired_domains()->all() )['customer.example'] );
		$this->assertTrue( $this->plugin->desired_domains()->wants( 'customer.example' ) );

		$this->wpdb->query( "DELETE FROM {$this->table()}" );
		do_action( 'made_up.unmapped', 'customer.example', $id );
		$this->end_request();

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_row_that_nobody_had_a_site_for_is_taken_over_by_a_mapping(): void {
		$this->plugin->sync()->domain_added( 'customer.example', 0, 'manual' );
		$this->wpdb->insert( $this->table(), array( 'id' => 1, 'blog_id' => 1, 'domain' => 'customer.example' ) );
		do_action( 'made_up.mapped', 'customer.example', 1 );

		$this->assertSame( array( 'made-up', 1 ), array( $this->row( 'customer.example' )->source, $this->row( 'customer.example' )->blog_id ) );
	}

	public function test_it_has_a_word_and_a_label_and_its_hooks_mean_something(): void {
		$reasons = array();
		$ask     = function () use ( &$reasons ): void {
			foreach ( array( Action::Add, Action::Remove ) as $action ) {
				$reasons[] = $this->plugin->audit_context()->reason( $action );
			}
		};
		add_action( 'made_up.renamed', $ask );
		do_action( 'made_up.renamed' );

		$this->assertSame( array( Reason::Mapped, Reason::Unmapped ), $reasons );
		$this->assertContains( 'made-up', $this->plugin->sources()->ids() );
		$this->assertSame( 'Made up', $this->plugin->sources()->label( 'made-up' ) );
		$this->assertSame( 'Added manually', $this->plugin->sources()->label( 'manual' ) );
		$this->assertSame( 'of-a-plugin-that-is-gone', $this->plugin->sources()->label( 'of-a-plugin-that-is-gone' ) );
	}

	public static function made_up( Services $services ): Source {
		return new class( $services ) implements Source {

			public function __construct( private readonly Services $services ) {}

			public function id(): string {
				return 'made-up';
			}

			public function label(): string {
				return 'Made up';
			}

			public function is_loaded(): bool {
				return true;
			}

			public function table(): ?string {
				return 'made_up_mappings';
			}

			public function register(): void {
				$this->services->listen( 'made_up.mapped', fn( string $domain, int $site ) => $this->services->sync()->domain_added( $domain, $site, 'made-up' ), 10, 2 );
				$this->services->listen( 'made_up.unmapped', fn( string $domain, int $site ) => $this->services->sync()->domain_removed( $domain, $site, 'made-up' ), 10, 2 );
			}

			public function reasons(): array {
				return array(
					'made_up.mapped'   => 'mapped',
					'made_up.unmapped' => 'unmapped',
					'made_up.renamed'  => array( 'add' => 'mapped', 'remove' => 'unmapped' ),
				);
			}

			public function can_map(): bool {
				return false;
			}

			public function map( string $domain, int $blog_id ): ?\WP_Error {
				return new \WP_Error( 'made_up' );
			}

			public function unmap( string $domain, int $blog_id ): ?\WP_Error {
				return new \WP_Error( 'made_up' );
			}

			public function plan_leaves( int $blog_id ): ?int {
				return null;
			}

			public function stand_in(): ?string {
				return null;
			}
		};
	}

	private function table(): string {
		return $this->wpdb->base_prefix . 'made_up_mappings';
	}
}
