<?php
/**
 * The tests' own ground: what one test does, the next one does not see.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Each test here makes what each other one expects not to be there, so that any order finds a leak. */
final class Harness_Test extends Test_Case {

	public function test_a_site_is_gone_for_the_next_test(): void {
		$this->assert_nothing_is_there();
		$id = $this->create_site( 'shop' );

		$this->assertSame( 'shop.' . $this->env( 'domain' ), get_site( $id )->domain );
		$this->assertSame( 2, get_sites( array( 'count' => true ) ) );
		switch_to_blog( $id );
		$this->assertSame( 'shop', get_option( 'blogname' ) );
	}

	public function test_options_users_and_hooks_are_gone_for_the_next_test(): void {
		$this->assert_nothing_is_there();
		update_site_option( 'closte_sync_settings', array( 'enabled' => true ) );
		update_option( 'blogname', 'Changed' );
		wp_set_current_user( $this->create_user( 'super' ) );
		add_action( 'closte_sync_harness_test', '__return_true' );
		$_SERVER['REQUEST_METHOD'] = 'POST';

		$this->assertTrue( is_super_admin() );
	}

	public function test_wp_die_is_an_exception(): void {
		$this->assert_nothing_is_there();
		$this->expectException( Wp_Die_Exception::class );
		$this->expectExceptionCode( 403 );
		wp_die( 'No.', '', array( 'response' => 403 ) );
	}

	public function test_a_redirect_is_an_exception(): void {
		$this->expectException( Redirect_Exception::class );
		$this->expectExceptionMessage( 'https://network.example/' );
		wp_redirect( 'https://network.example/' );
	}

	public function test_another_process_sees_what_this_one_wrote(): void {
		$this->create_site( 'other' );
		$process = $this->start_php( 'echo get_sites( array( "count" => true ) );' );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( '2', $process->output() );
	}

	/** PHPUnit passes over a name of which there is no file. */
	public function test_every_file_that_the_suites_name_exists(): void {
		$suites = simplexml_load_file( __DIR__ . '/phpunit.xml' )->testsuites;
		$names  = array_map( strval( ... ), array( ...$suites->xpath( '//file' ), ...$suites->xpath( '//exclude' ) ) );

		$this->assertNotSame( array(), $names );
		$this->assertSame( array(), array_filter( $names, static fn( string $name ): bool => ! is_file( __DIR__ . "/$name" ) ) );
	}

	private function assert_nothing_is_there(): void {
		$this->assertSame( 1, get_sites( array( 'count' => true ) ) );
		$this->assertSame( 1, count_users()['total_users'] );
		$this->assertSame( 'Test network Sites', get_site_option( 'site_name' ) );
		$this->assertSame( 'Test network', get_option( 'blogname' ) );
		$this->assertFalse( has_action( 'closte_sync_harness_test' ) );
		$this->assertSame( 'GET', $_SERVER['REQUEST_METHOD'] );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal() );
	}
}
